package train

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// TestFullDisk: a run that any of its saves fails goes on to the model, the best one and
// the training state of a run that nothing stopped, also where its limit is raised then.
// The end within an epoch keeps the best model before it, which is replaced before the
// last save.
func TestFullDisk(t *testing.T) {
	limited := func(steps int, k *memory) *Trainer {
		return trainerOf(t, cvae.Parts{}, Options{Seed: 1, Batch: 4, Window: 1, Interval: 2, Optimiser: adam(), MaxSteps: steps}, k)
	}
	run := func(steps int, k *memory, from *checkpoint.State) error {
		return limited(steps, k).Run(t.Context(), from)
	}
	same := func(when string, nth int, got, want *memory) {
		t.Helper()
		diff := cmp.Diff(want.last.Model, got.last.Model) + cmp.Diff(want.best, got.best) + cmp.Diff(want.last.Training, got.last.Training)
		if diff != "" || got.last.Step != want.last.Step {
			t.Errorf("%s, save %d failed: step %d, want %d: %.400s", when, nth, got.last.Step, want.last.Step, diff)
		}
	}
	epoch := limited(1, &memory{}).BatchesPerEpoch()
	ended, raised := 2*epoch-1, 2*epoch+1
	var whole, further memory
	if err := run(ended, &whole, nil); err != nil {
		t.Fatal(err)
	}
	if err := run(raised, &further, nil); err != nil {
		t.Fatal(err)
	}
	if whole.saves < 3 {
		t.Fatalf("%d saves leave nothing between the best model and the last", whole.saves)
	}
	for nth := 2; nth <= whole.saves; nth++ {
		k := memory{full: nth}
		if err := run(ended, &k, nil); !errors.Is(err, errFull) {
			t.Fatalf("save %d failed: %v", nth, err)
		}
		if err := run(ended, &k, k.last); err != nil {
			t.Fatal(err)
		}
		same("gone on", nth, &k, &whole)
		if err := run(raised, &k, k.last); err != nil {
			t.Fatal(err)
		}
		same("raised", nth, &k, &further)
	}
}
