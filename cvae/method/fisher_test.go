package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestFisherInformation: J in closed form. With s² = 1, 0.5, 2 and 1 the terms are
// 1.5, 4, 0.625 and 1.5, mean 1.90625. In dialogue s is relative to the prior's
// deviation.
func TestFisherInformation(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "fisher", map[string]any{"fisher.information": 3.0, "fisher.weight": 0.2}, 4)
		for i := range b.LogVar {
			b.LogVar[i] = math.Log([]float64{1, 0.5, 2, 1}[i/b.Config.Latent.Dim])
			if mode == cvae.Dialogue {
				b.PriorMean[i], b.PriorLogVar[i] = 3, 0.8
				b.LogVar[i] += 0.8
			}
		}
		r := b.Run()
		near(t, "J", r.Observed["fisher_information"], 1.90625)
		near(t, "side", []float64{r.Side}, 0.2*3*(3-1.90625)) // 3 dimensions
	}
}

// TestFisherSettles follows the gradient of KL and Fisher term from s² near 1,
// without that of the decoder. A large weight carries s² to 1/(√11−1) = 0.431662,
// where the KL is 0.135886 nats a dimension; one below φ⁻⁵/2 leaves it where
// ½(v−1) = w(v²+v³), v = 1/s².
func TestFisherSettles(t *testing.T) {
	for weight, want := range map[float64]float64{10: 1 / (math.Sqrt(11) - 1), 0.05: 1 / (math.Sqrt(11) - 1), 0.04: 1 / settled(0.04)} {
		b, vae := descend(t, weight)
		for i := range b.LogVar {
			if got := math.Exp(b.LogVar[i]); math.Abs(got-want) > 1e-3 {
				t.Fatalf("weight %g: s² is %.6f, want %.6f", weight, got, want)
			}
		}
		if weight == 10 {
			copy(vae.LogVar, b.LogVar)
			methodtest.Near(t, "KL", vae.Run().KL[:1], []float64{0.135886}, 1e-3)
		}
	}
	if w := math.Pow(math.Phi, -5) / 2; w < 0.0450 || w > 0.0451 {
		t.Errorf("the threshold is %g", w)
	}
}

// settled is the smaller root v of ½(v−1) = w(v²+v³).
func settled(w float64) float64 {
	low, high := 1.0, math.Phi
	for range 100 {
		v := (low + high) / 2
		if 0.5*(v-1) < w*(v*v+v*v*v) {
			low = v
		} else {
			high = v
		}
	}
	return low
}

func descend(t *testing.T, weight float64) (b, vae *methodtest.Bench) {
	t.Helper()
	b = methodtest.NewProbedBench(t, cvae.Text, "fisher", map[string]any{"fisher.weight": weight}, 2)
	vae = methodtest.NewProbedBench(t, cvae.Text, "vae", nil, 2)
	for step := range 1500 {
		copy(vae.LogVar, b.LogVar)
		_, decoder := vae.Gradients(0)
		_, all := b.Gradients(1)
		for i := range all {
			g := all[i] - decoder[i]
			b.LogVar[i] -= math.Copysign(math.Min(math.Abs(2*g), 50/float64(1000+step*step)), g)
		}
	}
	return b, vae
}
