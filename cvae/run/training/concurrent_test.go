package training

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// TestUsedInTraining asks a run all that it can be asked while it trains, and
// ends the training when all is answered; the race detector watches.
func TestUsedInTraining(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps, c.LogInterval = "bn", 0, 2
	tr, err := Prepare(context.Background(), c, Options{Out: t.TempDir(), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	s := tr.Run()
	ctx, pair := context.Background(), run.Pair{Context: []string{"do you like the number 1 ?"}, Response: "yes"}
	ended := make(chan error, 1)
	var users sync.WaitGroup
	for what, use := range map[string]func() error{
		"respond": func() error {
			_, err := s.Respond(ctx, dialog.Request{Context: pair.Context, Sampling: s.Sampling()}, nil)
			return err
		},
		"describe":   func() error { _, err := s.Describe(ctx); return err },
		"encode":     func() error { _, err := s.Encode(ctx, pair, 1); return err },
		"likelihood": func() error { _, _, err := s.Likelihood(ctx, pair, dialog.Block{make([]float32, 4)}); return err },
		"score":      func() error { _, err := s.Score(ctx, pair, 1, 2); return err },
		"posteriors": func() error { _, err := s.Posteriors(ctx, tr.data[dialog.Valid], []int{0, 1}, 1, nil); return err },
		"evaluate":   func() error { _, err := s.Evaluate(ctx, tr.Corpus(), dialog.Valid, eval.Options{}, nil); return err },
	} {
		users.Go(func() {
			for range 3 {
				if err := use(); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
	training, stop := context.WithCancel(ctx)
	go func() { ended <- tr.Train(training) }()
	users.Wait()
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("training ended by itself: %v", err)
	}
}
