package eval

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
)

// TestStepsOfZ: of a latent of two steps the report has the rate, by dimension
// over both steps, and the bound; what a vector alone has is null.
func TestStepsOfZ(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}})
	r := evaluate(t, m, set(t, c, 20), Options{Seed: 1, Samples: 3})
	if !reflect.DeepEqual(r.Latent.Shape, []int{2, 3}) || *r.LatentDim != 3 || len(r.KLPerDim) != 3 {
		t.Errorf("shape %v, %d dimensions, KL %v", r.Latent.Shape, *r.LatentDim, r.KLPerDim)
	}
	near(t, "the sum over dimensions", r.KLPerDim[0]+r.KLPerDim[1]+r.KLPerDim[2], float64(r.KL), 1e-6)
	near(t, "the bound", r.NLL.ELBO, float64(r.Rec+r.KL), 1e-6)
	if r.Active != nil || r.Residual != nil || r.Collapse != (latent.Collapse{}) || r.NLL.IW.Known() || r.NLL.Samples != nil {
		t.Errorf("active %v, residual %v, collapse %v, iw %v", r.Active, r.Residual, r.Collapse, r.NLL.IW)
	}
	text, err := json.Marshal(r)
	for _, part := range []string{`"mi":{"full":null,"full_se":null,"minibatch":null,"raw_full":null`, `"active_units":null`, `"latent":{"shape":[2,3]}`, `"bounds":{"e1":null`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("without %s: %s, %v", part, text, err)
		}
	}
	if line := FirstLine(r); strings.Contains(line, "mi ") || strings.Contains(line, "units") || !strings.Contains(line, "kl ") {
		t.Errorf("the line is %q", line)
	}
	s := score(t, m, batch(t, m, 4), 3)[0]
	if near(t, "the bound of a pair", s.Bound, float64(-s.Rec-s.KL), 1e-6); s.IW.Known() || !s.KL.Known() {
		t.Errorf("a pair: %+v", s)
	}
}

// TestCardOfSteps has no plane and no units, and is sound.
func TestCardOfSteps(t *testing.T) {
	c := wide("text")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}})
	card, err := Describe(t.Context(), m, set(t, c, 20), 1)
	if err != nil || card.Check() != nil || !card.Measured {
		t.Fatal(err, card.Check())
	}
	if card.Map != nil || card.ActiveUnits != nil || card.ResidualActiveUnits != nil || card.Steps != 2 || card.Dim != 3 || len(card.KLPerDim) != 3 {
		t.Errorf("card %+v", card)
	}
	if _, err := InferPosteriors(t.Context(), m, set(t, c, 3), []int{0}, 1, nil); err == nil {
		t.Error("posteriors of several steps became vectors")
	}
}
