package train

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// TestSelectionIgnoresBeta: what chooses the model is the true bound, rec + KL, whatever
// weighs the KL in training. The authors of β-VAE's text code weigh it here too, which
// prefers a larger KL.
func TestSelectionIgnoresBeta(t *testing.T) {
	for _, beta := range []float64{0, 0.2, 1} {
		var k memory
		tr := trainer(t, Options{MaxEpochs: 1, Schedule: Constant(beta)}, &k)
		if err := tr.Run(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		validations := 0
		for _, e := range k.events {
			if e.Kind != dialog.Validated {
				continue
			}
			validations++
			if want := e.Rec + e.KL; e.KL < 0.01 || math.Abs(e.Bound-want) > 1e-6*want || *tr.state.Best != e.Bound {
				t.Errorf("beta %g: the bound is %g, %g in the record, of rec %g and KL %g", beta, e.Bound, *tr.state.Best, e.Rec, e.KL)
			}
		}
		if validations != 1 {
			t.Errorf("%d validations", validations)
		}
	}
}

// TestDecays is the learning rate of the text presets (He et al. 2019): after so many
// validations without a better bound, and not before an epoch, it is halved and the best
// model comes back; after the last decay training ends.
func TestDecays(t *testing.T) {
	var k memory
	o := Options{Optimiser: Optimiser{Name: "sgd", LearningRate: 1, Clip: 5, Decay: 0.5, Patience: 2, DecayFrom: 3, Decays: 2}}
	tr := trainer(t, o, &k)
	best := cloned(modelTensors(tr.mover.model))
	k.best = best
	if err := tr.step(context.Background()); err != nil {
		t.Fatal(err)
	}
	moved := cloned(modelTensors(tr.mover.model))
	for _, row := range []struct {
		epoch, stale int
		rate         float64
		back         bool
		reason       string
	}{
		{2, 9, 1, false, ""},
		{3, 1, 1, false, ""},
		{3, 2, 0.5, true, ""},
		{4, 2, 0.25, true, ""},
		{5, 2, 0.25, false, stopped},
	} {
		if err := Restore(tr.mover.model, moved); err != nil {
			t.Fatal(err)
		}
		tr.state.Epoch, tr.state.Stale = row.epoch, row.stale
		reason, err := tr.decayOrStop()
		if err != nil || reason != row.reason || tr.mover.optimiser.rate != row.rate {
			t.Errorf("%+v: rate %g, %q, %v", row, tr.mover.optimiser.rate, reason, err)
		}
		if row.back && tr.state.Stale != 0 {
			t.Errorf("%+v: still %d validations without a better bound", row, tr.state.Stale)
		}
		want := moved
		if row.back {
			want = best
		}
		if diff := cmp.Diff(want, cloned(modelTensors(tr.mover.model))); diff != "" {
			t.Errorf("%+v: the model (-want +got):\n%s", row, diff)
		}
	}
}
