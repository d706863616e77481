package train

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
)

// A stub is a Session whose losses are given, and which writes down what is
// asked of it.
type stub struct {
	losses []float64 // a batch, nats a token; the last one repeats
	tokens []int     // a batch, as losses
	mi     float64
	err    error // of ValidationMI
	calls  []string
	step   *dialog.Batch
	runs   int
}

func (s *stub) Fit(*dialog.Batch) (*Update, error) { return nil, errors.New("nothing to fit") }

func (s *stub) Gradients(b *dialog.Batch) (*Update, error) {
	name := "random"
	if b == s.step {
		name = "batch"
	}
	s.calls = append(s.calls, name)
	tokens := s.tokens[min(s.runs, len(s.tokens)-1)]
	loss := s.losses[min(s.runs, len(s.losses)-1)] * float64(tokens)
	s.runs++
	const examples = 2 // the loss is their mean
	return &Update{Tally: Tally{Result: &cvae.Result{Loss: loss / examples, Observed: map[string][]float64{}}, Examples: examples, Tokens: tokens}}, nil
}

func (s *stub) Apply(_ *Update, group nn.Group) error {
	s.calls = append(s.calls, map[nn.Group]string{nn.Inference: "inference", nn.Generative: "generative", nn.Whole: "whole"}[group])
	return nil
}

func (s *stub) RandomBatch() *dialog.Batch { return &dialog.Batch{} }

func (s *stub) ValidationMI(context.Context) (float64, error) { return s.mi, s.err }

// stubbed is a stub whose windows of n updates have the losses given.
func stubbed(n int, windows ...float64) *stub {
	s := &stub{tokens: []int{4}, step: &dialog.Batch{}}
	for _, loss := range windows {
		s.losses = append(s.losses, slices.Repeat([]float64{loss}, n)...)
	}
	return s
}

// repeated is n times a pair of calls.
func repeated(n int, pair ...string) []string { return slices.Repeat(pair, n) }

// TestInnerUpdates counts the updates of one step. The counts follow the loop of
// the authors' text.py by hand: the loss is looked at after every window, the
// first look never stops, and a loss above that of the window before does.
func TestInnerUpdates(t *testing.T) {
	for _, row := range []struct {
		name          string
		inner, window int
		losses        []float64 // of each window
		want          int
	}{
		{"the third window is worse", 99, 15, []float64{5, 4, 4.5}, 45},
		{"the second window is worse", 99, 15, []float64{5, 5.0001}, 30},
		{"the first window never stops", 99, 15, []float64{9999}, 99},
		{"equal windows go on", 99, 15, []float64{3, 3, 3, 3, 3, 3, 3}, 99},
		{"worse than the window before, not than the best", 99, 10, []float64{5, 3, 2, 4, 1}, 40},
		{"a window beyond the end", 7, 15, []float64{5}, 7},
		{"windows of one update", 99, 1, []float64{3, 2, 1, 2}, 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := stubbed(row.window, row.losses...)
			tally, err := (&Aggressive{Inner: row.inner, Window: row.window}).Step(context.Background(), s, s.step)
			if err != nil {
				t.Fatal(err)
			}
			want := append([]string{"batch", "inference"}, repeated(row.want-1, "random", "inference")...)
			want = append(want, "batch", "generative")
			if diff := cmp.Diff(want, s.calls); diff != "" {
				t.Errorf("updates (-want +got):\n%s", diff)
			}
			if got := tally.Observed[InnerSteps][0]; got != float64(row.want) {
				t.Errorf("%g inner steps are observed, not %d", got, row.want)
			}
		})
	}
}

// TestLossPerToken weighs the batches of a window by their tokens: two windows
// of 8/4 and 6/4 nats a token, the third of 14/8 stops. The means of the
// batches, 2, 2 and 1.5, would not.
func TestLossPerToken(t *testing.T) {
	s := &stub{losses: []float64{3, 1, 3, 1, 2.5, 0.5}, tokens: []int{2, 2, 1, 3, 5, 3}, step: &dialog.Batch{}}
	if _, err := (&Aggressive{Inner: 99, Window: 2}).Step(context.Background(), s, s.step); err != nil {
		t.Fatal(err)
	}
	if s.runs != 7 {
		t.Errorf("%d runs of the graph, want 6 inner ones and one more", s.runs)
	}
}

// TestAggressivePhase ends the phase at the first epoch whose information is
// below that of the epoch before, for good; the first epoch is compared with 0.
func TestAggressivePhase(t *testing.T) {
	for _, row := range []struct {
		name        string
		information []float64
		want        int // aggressive epochs
	}{
		{"it falls in the fourth epoch", []float64{2.18, 2.56, 2.88, 2.86, 3.4, 3.5}, 4},
		{"equal is not below", []float64{1, 1, 1, 1, 0.5}, 5},
		{"collapsed at once", []float64{-0.01, 1, 2}, 1},
		{"it rises for ever", []float64{1, 2, 3}, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, a := stubbed(1, 2, 1, 3), &Aggressive{Inner: 5, Window: 2}
			var want []string
			for epoch, mi := range row.information {
				if _, err := a.Step(context.Background(), s, s.step); err != nil {
					t.Fatal(err)
				}
				if epoch < row.want {
					want = append(want, "batch", "inference")
					want = append(want, repeated(s.inner(epoch)-1, "random", "inference")...)
					want = append(want, "batch", "generative")
				} else {
					want = append(want, "batch", "whole")
				}
				s.mi = mi
				if err := a.EndEpoch(context.Background(), s); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, s.calls); diff != "" {
				t.Errorf("updates (-want +got):\n%s", diff)
			}
		})
	}
}

// inner is how many inner updates the steps of TestAggressivePhase make: the
// losses 2 1 | 3 3 stop the first after two windows of two, and then the loss
// stays 3.
func (s *stub) inner(epoch int) int {
	if epoch == 0 {
		return 4
	}
	return 5
}

// TestEndEpochInterrupted leaves the state alone.
func TestEndEpochInterrupted(t *testing.T) {
	a := &Aggressive{Inner: 5, Window: 2, information: 2}
	before := a.State()
	s := &stub{mi: 1, err: context.Canceled}
	if err := a.EndEpoch(context.Background(), s); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(before, a.State()); diff != "" {
		t.Errorf("the state moved (-before +after):\n%s", diff)
	}
}

// A fuse is a context that ends when its error has been asked for so often.
type fuse struct {
	context.Context
	left int
}

func (f *fuse) Err() error {
	if f.left--; f.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestAggressiveInterrupted ends a step after every number of updates and goes
// on with another Aggressive: together they make the updates of one.
func TestAggressiveInterrupted(t *testing.T) {
	windows := []float64{5, 4, 3.5, 4.2}
	whole := stubbed(3, windows...)
	if _, err := (&Aggressive{Inner: 99, Window: 3}).Step(context.Background(), whole, whole.step); err != nil {
		t.Fatal(err)
	}
	for budget := 1; budget <= 12; budget++ {
		s, a, resumed := stubbed(3, windows...), &Aggressive{Inner: 99, Window: 3}, 0
		for ; ; resumed++ {
			_, err := a.Step(&fuse{context.Background(), budget}, s, s.step)
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			next := &Aggressive{Inner: 99, Window: 3}
			if err := next.Restore(a.State()); err != nil {
				t.Fatal(err)
			}
			a = next
		}
		if diff := cmp.Diff(whole.calls, s.calls); diff != "" || resumed != (12-1)/budget {
			t.Errorf("interrupted %d times after %d updates each (-want +got):\n%s", resumed, budget, diff)
		}
	}
}

// TestAggressiveState carries every field over.
func TestAggressiveState(t *testing.T) {
	want := Aggressive{joint: true, information: 1.5, inner: 7, loss: 0.1, tokens: 90, before: 3}
	var got Aggressive
	if err := got.Restore(want.State()); err != nil || got != want {
		t.Errorf("restored %+v: %v", got, err)
	}
}

// TestAggressiveRestore refuses tensors that are not its own.
func TestAggressiveRestore(t *testing.T) {
	a := &Aggressive{}
	for what, saved := range map[string]int{"none": 0, "one": 1} {
		if err := a.Restore(a.State()[:saved]); err == nil {
			t.Errorf("restored from %s of its tensors", what)
		}
	}
	if err := (Joint{}).Restore(a.State()); err == nil {
		t.Error("joint training restored the state of another strategy")
	}
}
