package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

func batch(t *testing.T, m *Model, n int) *dialog.Batch {
	t.Helper()
	s, examples := set(t, m.Config, n), make([]int, n)
	for i := range examples {
		examples[i] = i
	}
	return m.Batch(s, examples)
}

func score(t *testing.T, m *Model, b *dialog.Batch, samples int) []Likelihood {
	t.Helper()
	scores, err := Score(t.Context(), m, b, 1, samples)
	if err != nil {
		t.Fatal(err)
	}
	if len(scores) != b.Size() {
		t.Fatalf("%d scores of %d examples", len(scores), b.Size())
	}
	return scores
}

// TestScore holds the scores of a long batch to those of its beginnings, and
// to the definition of the bound.
func TestScore(t *testing.T) {
	for _, name := range []string{"dialogue gru", "text"} {
		m := model(t, wide(name), cvae.Parts{})
		want := score(t, m, batch(t, m, 67), 2)
		for _, n := range []int{0, 1, 64, 65} {
			b := batch(t, m, n)
			for i, got := range score(t, m, b, 2) {
				what := fmt.Sprintf("%s: example %d of %d: ", name, i, n)
				near(t, what+"bound", got.Bound, float64(want[i].Bound), 1e-5)
				near(t, what+"iw", got.IW, float64(want[i].IW), 1e-5)
				near(t, what+"bound", got.Bound, -float64(got.Rec+got.KL), 1e-5) // q̂ = q, r = p
				if got.Tokens != len(b.Target[i]) {
					t.Errorf("%s%d tokens, want %d", what, got.Tokens, len(b.Target[i]))
				}
			}
		}
	}
}

// TestScoreAndEvaluate: the means of the bounds agree when the examples are in
// the order of Evaluate, which sorts them by length: here all have one.
func TestScoreAndEvaluate(t *testing.T) {
	c := wide("text")
	c.Decoder.Tokens = 2
	m := model(t, c, cvae.Parts{Posterior: doubled{}})
	var bound, iw float64
	for _, s := range score(t, m, batch(t, m, 65), 3) {
		bound, iw = bound-float64(s.Bound)/65, iw-float64(s.IW)/65
	}
	r := evaluate(t, m, set(t, c, 65), Options{Seed: 1, Samples: 3})
	near(t, "nll.elbo", r.NLL.ELBO, bound, 1e-5)
	near(t, "nll.iw", r.NLL.IW, iw, 1e-5)
}

func TestScoreJSON(t *testing.T) {
	c := wide("dialogue gru")
	b := batch(t, model(t, c, cvae.Parts{}), 2)
	for _, test := range []struct {
		none    bool
		samples int
		iw, kl  bool // known
	}{{false, 0, false, true}, {false, 2, true, true}, {true, 0, true, false}} {
		s := score(t, model(t, c, cvae.Parts{NoLatent: test.none}), b, test.samples)[0]
		if s.IW.Known() != test.iw || s.KL.Known() != test.kl {
			t.Errorf("no latent %t, %d samples: %+v", test.none, test.samples, s)
		}
		if test.none && (s.Bound != -s.Rec || s.IW != -s.Rec) {
			t.Errorf("without a latent the likelihoods must be −rec: %+v", s)
		}
	}
	text, err := json.Marshal(Likelihood{-5, unknown, 4, 1, 3})
	if want := `{"log_prob_bound":-5,"log_prob_iw":null,"rec":4,"kl":1,"tokens":3}`; err != nil || string(text) != want {
		t.Errorf("%s, %v, want %s", text, err, want)
	}
}

func TestScoreErrors(t *testing.T) {
	m := model(t, wide("text"), cvae.Parts{})
	if _, err := Score(t.Context(), m, batch(t, m, 2), 1, -1); err == nil {
		t.Error("-1 samples were drawn")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Score(ctx, m, batch(t, m, 2), 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after cancelling", err)
	}
}
