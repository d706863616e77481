package training

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// TestDemands compares the parameters that are counted with those of the models of
// the presets: the estimate is of the right size.
func TestDemands(t *testing.T) {
	for _, preset := range []string{"tiny", "small", "swda"} {
		c, err := config.Defaults(preset)
		if err != nil {
			t.Fatal(err)
		}
		c.Corpus, c.MaxSteps, c.Batch = runtest.Corpus(t), 1, 2
		s, err := Prepare(context.Background(), c, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		const copies = 16 // bytes of a parameter in training
		if estimate, real := s.Estimate(), copies*float64(s.model.Count()); estimate < 0.7*real || estimate > 3*real {
			t.Errorf("%s: %.1f MB are estimated, and the parameters alone take %.1f", preset, estimate/1e6, real/1e6)
		}
		s.Close()
	}
}

// TestTooLarge: a model that cannot be is refused by the setting, before it is built.
func TestTooLarge(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	s, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.checkMemory(0); err != nil {
		t.Errorf("a machine that does not say what it has: %v", err)
	}
	s.Config.Model.Decoder.Hidden = 1 << 14
	var configuration config.Error
	if err := s.checkMemory(8e9); !errors.As(err, &configuration) || !strings.Contains(err.Error(), "decoder.hidden, which is 16384; lower it") {
		t.Errorf("16,384 hidden units on 8 GB: %v", err)
	}
}
