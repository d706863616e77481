package method_test

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestTargetRateCharge: the price is w·|R − σ|, R the batch's mean KL, which is
// Σμ²/2 here: 3 dimensions at μ = 1, 2, 0 and 1 are 1.5, 6, 0 and 1.5, mean 2.25.
func TestTargetRateCharge(t *testing.T) {
	for _, mode := range modes {
		for target, want := range map[float64]float64{2: 0.5, 3: 1.5, 2.25: 0} {
			b := methodtest.NewBench(t, mode, "targetrate", map[string]any{"targetrate.nats": target, "targetrate.weight": 2}, 4)
			b.Columns(1, 2, 0, 1)
			r := b.Run()
			mean := 0.0
			for _, c := range r.Charged {
				mean += c / 4
			}
			near(t, "charge", []float64{mean}, want)
			methodtest.Near(t, "KL", b.Take(r.KL, 0), []float64{0.5, 2, 0, 0.5}, 1e-9)
		}
	}
}

// TestTargetRateGradient: above the target the KL has the VAE's gradient, below
// it the opposite one.
func TestTargetRateGradient(t *testing.T) {
	for target, sign := range map[float64]float64{0.1: 1, 100: -1} {
		b := methodtest.NewProbedBench(t, cvae.Dialogue, "targetrate", map[string]any{"targetrate.nats": target}, 4)
		plain := methodtest.NewProbedBench(t, cvae.Dialogue, "vae", nil, 4)
		for _, bench := range []*methodtest.Bench{b, plain} {
			bench.Columns(1, -2, 0.5, 2)
			methodtest.Fill(bench.LogVar, []float64{-0.3})
		}
		none, _ := plain.Gradients(0) // the decoder's part
		vae, _ := plain.Gradients(1)
		mean, _ := b.Gradients(1)
		for i := range mean {
			methodtest.Near(t, "gradient", []float64{mean[i] - none[i]}, []float64{sign * (vae[i] - none[i])}, 1e-9)
		}
	}
}
