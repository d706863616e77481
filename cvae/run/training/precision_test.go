package training

import (
	"context"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// TestSlowPrecision: who trains in bf16 where there are no instructions for it is told so,
// and nobody else. Build tag purego is a place without them.
func TestSlowPrecision(t *testing.T) {
	for _, p := range []cvae.Precision{cvae.FP32, cvae.BF16} {
		c := runtest.Config(t, runtest.Corpus(t))
		c.Train.Precision, c.MaxSteps = p, 1
		s, err := Prepare(context.Background(), c, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		told := len(s.Warnings) == 1 && strings.Contains(s.Warnings[0], "no instructions for train.precision=bf16")
		if slow := p == cvae.BF16 && !p.Fast(s.team.Path()); told != slow || !slow && len(s.Warnings) > 0 {
			t.Errorf("%s on %s: warnings %q", p, s.team.Path(), s.Warnings)
		}
		s.Close()
	}
}
