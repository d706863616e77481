package eval

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/dialog"
)

// TestInferPosteriors holds the posteriors, which are inferred without decoding
// and in another order, to those of a full pass.
func TestInferPosteriors(t *testing.T) {
	for _, name := range []string{"dialogue gru", "text"} {
		c := wide(name)
		m, d := model(t, c, cvae.Parts{Posterior: doubled{}}), c.Latent.Dim
		s := set(t, c, 70)
		mean, shift := make([]float64, 70*d), make([]float64, 70*d)
		err := Each(t.Context(), m, s, 1, func(examples []int, _ *dialog.Batch, r *cvae.Result) error {
			for i, example := range examples {
				copy(mean[example*d:], row(r.Q.Mean, i, d))
				for k, v := range row(r.Drawn.Mean, i, d) {
					if r.P.Mean != nil {
						v = (v - r.P.Mean[i*d+k]) / math.Exp(0.5*r.P.LogVar[i*d+k])
					}
					shift[example*d+k] = v
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		order := []int{69, 3, 0, 3}
		p, err := InferPosteriors(t.Context(), m, s, order, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, example := range order {
			for k := range d {
				near(t, "mean", Number(p.Mean[i*d+k]), mean[example*d+k], 1e-5)
				near(t, "shift", Number(p.Shift[i*d+k]), shift[example*d+k], 1e-4)
			}
		}
		if slices.Equal(p.Z[1*d:2*d], p.Z[3*d:4*d]) || slices.Equal(p.Prior[1*d:2*d], p.Prior[3*d:4*d]) {
			t.Error("two draws for one example are the same")
		}
		if mpd := p.MPD(); !(mpd > 0) {
			t.Errorf("MPD %v of different posteriors", mpd)
		}
	}
}

func TestInferPosteriorsRefuses(t *testing.T) {
	c := cvaetest.Configs()["text"]
	if _, err := InferPosteriors(t.Context(), model(t, c, cvae.Parts{NoLatent: true}), set(t, c, 3), []int{0}, 1, nil); err == nil {
		t.Error("a model without a latent has posteriors")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := model(t, c, cvae.Parts{})
	if _, err := InferPosteriors(ctx, m, set(t, c, 3), []int{0}, 1, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled pass: %v", err)
	}
}
