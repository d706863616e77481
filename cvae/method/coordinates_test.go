package method_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestRawGuaranteesNothing is the trap of the papers' forms in dialogue: a prior that
// follows the recognition network leaves a KL of 0, while the means that are decoded
// keep the spread that the method guarantees, γ of bn and des_std of scale. Relative to
// the prior bn pays ½nγ² even where the prior knows nine tenths of the mean.
func TestRawGuaranteesNothing(t *testing.T) {
	for _, c := range []struct {
		name, form string
		known      float64 // share of the charged mean that is the prior's
		kl, spread float64 // nats a response; of one dimension
	}{
		{"bn", "raw", 1, 0, 0.6}, {"scale", "raw", 1, 0, 0.7}, {"bn", "residual", 0.9, 3 * 0.6 * 0.6 / 2, 0.6},
	} {
		b := methodtest.NewBench(t, cvae.Dialogue, c.name, map[string]any{c.name + ".coordinates": c.form}, 16)
		for i := range b.Mean {
			b.Mean[i] = math.Sin(float64(i * i))
		}
		charged := b.Mean
		if c.form == "raw" {
			charged = b.Run().Q.Mean // before there is a prior
		}
		for i, m := range charged {
			b.PriorMean[i] = c.known * m
		}
		r := b.Run()
		means, kl := whitened(r.Drawn.Mean, r.P), 0.0
		if c.form == "raw" {
			means = r.Drawn.Mean
		}
		for _, v := range r.KL {
			kl += v / 16
		}
		methodtest.Near(t, c.name+", "+c.form+": KL and spread", []float64{kl, deviation(b.Take(means, 1))}, []float64{c.kl, c.spread}, 1e-6)
	}
}

// TestPriorFeelsTheRate: relative to the prior, bn, du and delta charge what does not
// depend on it, so that the prior network learns from the distortion alone and needs no
// KL of its own. That of a plain posterior and of scale learns from the rate too.
func TestPriorFeelsTheRate(t *testing.T) {
	for name, feels := range map[string]bool{"bn": false, "du": false, "delta": false, "vae": true, "scale": true} {
		ofPrior := func(beta float64) (all []float64) {
			m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], name, nil)
			methodtest.Train(t, m, cvaetest.BatchOf(m.Config, 16), beta)
			for _, p := range m.Params() {
				if strings.HasPrefix(p.Name, "prior.") {
					all = append(all, p.Grad...)
				}
			}
			return all
		}
		without, with := ofPrior(0), ofPrior(0.5) // du acts at 1 alone, on the distortion too
		size, moved := 0.0, 0.0
		for i, g := range without {
			size, moved = max(size, math.Abs(g), math.Abs(with[i])), max(moved, math.Abs(with[i]-g))
		}
		if !(size > 0) || (moved > 1e-6*size) != feels {
			t.Errorf("%s: the rate moves the gradient of the prior network by %g of %g", name, moved, size)
		}
	}
}
