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
// is done stays so.
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
	events := len(whole.events)
	if err := again.Run(t.Context(), whole.last); err != nil || len(whole.events) != events {
		t.Errorf("a finished run trained on: %d events more, %v", len(whole.events)-events, err)
	}
}

// TestRaisedFromClosingPhase: a limit that is raised when a run has ended, or while it is
// in its closing phase, makes the run that had it from the start: the model, the best one,
// the optimiser and what was told. A limit within an epoch is one too, and so are two of
// them one after the other. Early stopping is no limit.
func TestRaisedFromClosingPhase(t *testing.T) {
	limited := func(steps int, k *memory) *Trainer {
		tr := fitting(t, nil, 2, k)
		tr.options.MaxEpochs, tr.options.MaxSteps = 0, steps
		return tr
	}
	const most = 3 * 8
	var whole memory
	if err := limited(most, &whole).Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, ends := range [][]int{{3}, {6}, {4}, {7, 8}, {3, 11, 23}} {
		for _, stop := range []int{0, 4, 99} { // events after the closing phase began; the last are more than there are
			var k memory
			for i, steps := range ends {
				ctx, cancel := context.WithCancel(t.Context())
				closed := 0
				k.stop = func() {
					if k.events[len(k.events)-1].Phase != "" {
						if closed++; i == len(ends)-1 && closed > stop {
							cancel()
						}
					}
				}
				if err := limited(steps, &k).Run(ctx, k.last); err != nil && ctx.Err() == nil {
					t.Fatal(err)
				}
				cancel()
				k.stop = nil
			}
			if err := limited(most, &k).Run(t.Context(), k.last); err != nil {
				t.Fatal(err)
			}
			diff := cmp.Diff(whole.last.Model, k.last.Model) + cmp.Diff(whole.best, k.best) + cmp.Diff(whole.last.Training, k.last.Training)
			if diff != "" || len(whole.events) != len(k.events) || whole.last.Step != k.last.Step {
				t.Fatalf("raised from %v, %d events into the closing phase: %d events to step %d, want %d to %d: %.400s",
					ends, stop, len(k.events), k.last.Step, len(whole.events), whole.last.Step, diff)
			}
		}
	}
	var k memory
	if err := limited(3, &k).Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	tr, events := limited(most, &k), len(k.events)
	k.last.Values[stateKey] = strings.Replace(k.last.Values[stateKey], `"ending":"`, `"ending":"`+stopped+`","was":"`, 1)
	if err := tr.Run(t.Context(), k.last); err != nil || len(k.events) != events {
		t.Errorf("after early stopping %d events more, %v", len(k.events)-events, err)
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
