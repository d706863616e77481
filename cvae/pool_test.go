package cvae_test

import (
	"fmt"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
)

// TestGradientsPool checks pooled encoders, of turns and responses and of both
// directions.
func TestGradientsPool(t *testing.T) {
	for _, pool := range []string{"mean", "max"} {
		for _, name := range []string{"dialogue both directions", "dialogue gru", "text"} {
			t.Run(fmt.Sprint(pool, " ", name), func(t *testing.T) {
				c := cvaetest.Configs()[name]
				c.Encoder.Pool = pool
				cvaetest.CheckGradients(t, c, cvae.Parts{})
				cvaetest.CheckSinglePrecision(t, c, cvae.Parts{})
			})
		}
	}
}

// TestPoolOfOldFiles: without encoder.pool the features are the last state.
func TestPoolOfOldFiles(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		if got := c.Complete().Encoder.Pool; got != "last" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
