package method_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// charged is what a variant of free bits charges on average for the KL (rows of
// three dimensions), by the definitions of the code of Zhu et al. 2020 and of
// Kingma et al. 2016, each with max for the mask.
var charged = map[string]func(kl [][]float64, lambda float64) float64{
	"dim-sample": func(kl [][]float64, lambda float64) (sum float64) {
		for _, row := range kl {
			for _, v := range row {
				sum += max(lambda, v) / float64(len(kl))
			}
		}
		return sum
	},
	"dim-batch": func(kl [][]float64, lambda float64) (sum float64) {
		for d := range kl[0] {
			mean := 0.0
			for _, row := range kl {
				mean += row[d] / float64(len(kl))
			}
			sum += max(lambda, mean)
		}
		return sum
	},
	"total-sample": func(kl [][]float64, lambda float64) (sum float64) {
		for _, row := range kl {
			sum += max(3*lambda, row[0]+row[1]+row[2]) / float64(len(kl))
		}
		return sum
	},
	"total-batch": func(kl [][]float64, lambda float64) float64 {
		mean := 0.0
		for _, row := range kl {
			mean += (row[0] + row[1] + row[2]) / float64(len(kl))
		}
		return max(3*lambda, mean)
	},
}

// TestFreeBitsCharge compares with the definitions for any posterior; the charge
// is never below nλ, and the KL reported is the true one.
func TestFreeBitsCharge(t *testing.T) {
	const lambda = 0.5
	for variant, want := range charged {
		for _, mode := range modes {
			b := methodtest.NewBench(t, mode, "freebits", map[string]any{"freebits.variant": variant, "freebits.lambda": lambda}, 4)
			plain := methodtest.NewBench(t, mode, "vae", nil, 4)
			rapid.Check(t, func(rt *rapid.T) {
				for i := range b.Mean {
					b.Mean[i] = rapid.Float64Range(-2, 2).Draw(rt, "mean")
					b.LogVar[i] = rapid.Float64Range(-1, 1).Draw(rt, "log-variance")
				}
				for i := range b.PriorMean { // a learned prior is no way around the charge
					b.PriorMean[i] = rapid.Float64Range(-2, 2).Draw(rt, "prior mean")
					b.PriorLogVar[i] = rapid.Float64Range(-1, 1).Draw(rt, "prior log-variance")
				}
				copy(plain.Mean, b.Mean)
				copy(plain.LogVar, b.LogVar)
				copy(plain.PriorMean, b.PriorMean)
				copy(plain.PriorLogVar, b.PriorLogVar)
				r := b.Run()
				methodtest.Same(t, "KL", r.KL, plain.Run().KL)
				rows, mean := [][]float64{}, 0.0
				for i, c := range r.Charged {
					rows = append(rows, r.KL[3*i:3*i+3])
					mean += c / 4
				}
				methodtest.Near(t, variant, []float64{mean}, []float64{want(rows, lambda)}, 1e-12)
				if mean < 3*lambda-1e-12 {
					rt.Fatalf("%s charges %v, below nλ", variant, mean)
				}
			})
		}
	}
}

// TestFreeBitsGradient: where the KL in question is below λ its gradient is
// exactly 0, elsewhere exactly the VAE's. KL is μ²/2 here; λ is 0.5.
func TestFreeBitsGradient(t *testing.T) {
	means := []float64{ // 4 rows of 3 dimensions
		0.1, 2, 0.9,
		0.2, 0.1, 0.8,
		-0.3, 3, 1.5,
		0.4, -2, 1.2,
	}
	free := map[string][]bool{
		"dim-sample": { // |μ| < 1
			true, false, true, true, true, true, true, false, false, true, false, false,
		},
		"dim-batch": { // mean squares 0.075, 4.25, 1.285 against 1
			true, false, false, true, false, false, true, false, false, true, false, false,
		},
		"total-sample": { // squares 4.82, 0.69, 11.34, 5.6 against 3
			false, false, false, true, true, true, false, false, false, false, false, false,
		},
		"total-batch": make([]bool, 12), // 5.61 against 3
	}
	for variant, isFree := range free {
		for _, mode := range modes {
			settings := map[string]any{"freebits.variant": variant, "freebits.lambda": 0.5}
			b := methodtest.NewProbedBench(t, mode, "freebits", settings, 4)
			plain := methodtest.NewProbedBench(t, mode, "vae", nil, 4)
			for _, bench := range []*methodtest.Bench{b, plain} {
				copy(bench.Mean, means)
				methodtest.Fill(bench.LogVar, []float64{-0.01}) // else its gradient is 0 anyway
			}
			// Without the decoder's part, which beta does not weigh.
			none, noneVar := b.Gradients(0)
			mean, logVar := b.Gradients(1)
			vae, vaeVar := plain.Gradients(1)
			for i, f := range isFree {
				if f && (mean[i] != none[i] || logVar[i] != noneVar[i]) {
					t.Errorf("%s: the KL of element %d still has a gradient", variant, i)
				}
				if !f && (mean[i] != vae[i] || logVar[i] != vaeVar[i]) {
					t.Errorf("%s: the gradient of element %d is not the VAE's", variant, i)
				}
			}
		}
	}
}

// TestFreeBitsAllFree: a batch mean below the target makes the whole KL free.
func TestFreeBitsAllFree(t *testing.T) {
	for variant := range charged {
		b := methodtest.NewProbedBench(t, cvae.Dialogue, "freebits", map[string]any{"freebits.variant": variant, "freebits.lambda": 5}, 4)
		b.Columns(1, -2, 0.5, 2)
		none, _ := b.Gradients(0)
		mean, _ := b.Gradients(1)
		methodtest.Same(t, variant, mean, none)
		near(t, "charge", b.Run().Charged, 15)
	}
}

// TestFreeBitsWithoutInformation: the same shifted posterior for all examples
// satisfies free bits, as it does every floor under the KL.
func TestFreeBitsWithoutInformation(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "freebits", map[string]any{"freebits.lambda": 0.125}, 4)
	b.Columns(0.5, 0.5, 0.5, 0.5)
	r := b.Run()
	near(t, "KL", r.KL, 0.125)
	near(t, "charge", r.Charged, 3*0.125)
	b.Columns(0.1, 0.1, 0.1, 0.1)
	near(t, "KL of scoring, which is never clamped", b.Score().KL, 0.005)
}
