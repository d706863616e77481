package train

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog"
)

// closing fits the auxiliary prior for some epochs.
func closing(epochs int) *Phase {
	return &Phase{Name: "auxiliary prior", Epochs: epochs, Schedule: Constant(1), Strategy: Fitting{}}
}

// fitting trains two epochs and then the auxiliary prior; ctx may be nil.
func fitting(t *testing.T, ctx context.Context, epochs int, k *memory) *Trainer {
	t.Helper()
	o := Options{Seed: 1, Batch: 4, Window: 1, Interval: 1, Optimiser: adam(), MaxEpochs: 2, Closing: closing(epochs)}
	o.Optimiser.LearningRate = 0.01
	tr := trainerOf(t, cvae.Parts{Posterior: cvaetest.EveryWord{}}, o, k)
	if ctx != nil {
		if err := tr.Run(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

// byName splits tensors of a model into those of the auxiliary prior and the rest.
func byName(list []safetensors.Tensor) (auxiliary, rest map[string]any) {
	auxiliary, rest = map[string]any{}, map[string]any{}
	for _, t := range list {
		if strings.HasPrefix(t.Name, "auxiliary") {
			auxiliary[t.Name] = t.Data
		} else {
			rest[t.Name] = t.Data
		}
	}
	return auxiliary, rest
}

// TestClosingPhase begins after the limit from the best model, moves the auxiliary prior
// alone, and brings its bound below that of the chain on the training set: the first
// KL is that of the chain exactly.
func TestClosingPhase(t *testing.T) {
	var before, after memory
	o := Options{Seed: 1, Batch: 4, Window: 1, Interval: 1, Optimiser: adam(), MaxEpochs: 2}
	o.Optimiser.LearningRate = 0.01
	plain := trainerOf(t, cvae.Parts{Posterior: cvaetest.EveryWord{}}, o, &before)
	if err := plain.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	tr := fitting(t, t.Context(), 30, &after)
	oldAuxiliary, old := byName(before.best)
	newAuxiliary, now := byName(after.last.Model)
	if diff := cmp.Diff(old, now); diff != "" {
		t.Errorf("the closing phase moved more than the auxiliary prior: %s", diff)
	}
	if cmp.Equal(oldAuxiliary, newAuxiliary) {
		t.Error("the closing phase did not move the auxiliary prior")
	}
	var gains []float64
	for _, e := range after.events {
		if e.Kind == dialog.Stepped && e.Phase == "auxiliary prior" {
			gains = append(gains, e.Observed[gain])
		}
	}
	if len(gains) != 30*3 || gains[0] != 0 || gains[len(gains)-1] <= 0.05 {
		t.Errorf("%d steps; the gain went from %v to %v", len(gains), gains[0], gains[len(gains)-1])
	}
	if want := "2 epochs done; then 30 epochs of the auxiliary prior"; tr.Finished() != want {
		t.Errorf("finished: %q", tr.Finished())
	}
}

// TestClosingPhaseResumes: a run that stops in it goes on as if it had not, and one that
// is done stays so when a limit is raised.
func TestClosingPhaseResumes(t *testing.T) {
	var whole memory
	fitting(t, t.Context(), 2, &whole)
	for stop := range len(whole.events) {
		var part memory
		ctx, cancel := context.WithCancel(t.Context())
		part.stop = func() {
			if len(part.events) > stop {
				cancel()
			}
		}
		_ = fitting(t, nil, 2, &part).Run(ctx, nil) // interrupted
		cancel()
		part.stop = nil
		again := fitting(t, nil, 2, &part)
		if err := again.Run(t.Context(), part.last); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole.last.Model, part.last.Model); diff != "" {
			t.Errorf("stopped after event %d: %s", stop, diff)
		}
		if diff := cmp.Diff(whole.best, part.best); diff != "" {
			t.Errorf("stopped after event %d, best: %s", stop, diff)
		}
	}
	again := fitting(t, nil, 2, &whole)
	again.options.MaxEpochs = 9
	events := len(whole.events)
	if err := again.Run(t.Context(), whole.last); err != nil || len(whole.events) != events {
		t.Errorf("a finished run trained on: %d events more, %v", len(whole.events)-events, err)
	}
}

// TestFitWithoutAuxiliaryPrior says so.
func TestFitWithoutAuxiliaryPrior(t *testing.T) {
	o := Options{Seed: 1, Batch: 4, Window: 1, Interval: 1, Optimiser: adam(), MaxEpochs: 1, Closing: closing(1)}
	tr := trainerOf(t, cvae.Parts{}, o, &memory{})
	if err := tr.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no auxiliary prior") {
		t.Errorf("%v", err)
	}
}

// TestAuxiliaryPriorMovesByAdam in a run of SGD too, whose other parameters have no
// moments.
func TestAuxiliaryPriorMovesByAdam(t *testing.T) {
	m := cvaetest.New[float32](t, shape(), cvae.Parts{Posterior: cvaetest.EveryWord{}}, kernel.Best())
	o := newOptimiser(Optimiser{Name: "sgd", LearningRate: 1, Patience: 1}, m)
	for _, saved := range o.tensors() {
		if !strings.Contains(saved.Name, "auxiliary") {
			t.Errorf("%s is saved", saved.Name)
		}
	}
	if len(o.tensors()) != 2*7 {
		t.Errorf("%d moments", len(o.tensors()))
	}
}
