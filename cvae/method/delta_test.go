package method_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// deltaRanges are the standard deviations of δ-VAE's family: the square roots of
// the roots of ln s − s + 2δ + 1, worked out with Lambert's W.
var deltaRanges = []struct{ delta, low, high float64 }{
	{0.05, 0.785377, 1.231349}, {0.1, 0.702310, 1.331259}, {0.15, 0.641181, 1.409343}, {0.2, 0.591527, 1.476060},
}

// TestDeltaRange drives σ to both ends: e^r' to ∞ gives the upper one, to 0 the
// lower one plus a fiftieth of the way, by the clamp of the authors' code.
func TestDeltaRange(t *testing.T) {
	for _, row := range deltaRanges {
		b := methodtest.NewBench(t, cvae.Text, "delta", map[string]any{"delta.delta": row.delta}, 2)
		for raw, want := range map[float64]float64{
			500: row.high, 20: row.high, -500: row.low + (row.high-row.low)/50, -20: row.low + (row.high-row.low)/50,
			0: (row.low + row.high) / 2,
		} {
			methodtest.Fill(b.LogVar, []float64{raw})
			for _, logVar := range b.Run().Q.LogVar {
				methodtest.Near(t, "σ", []float64{math.Exp(logVar / 2)}, []float64{want}, 2e-6)
			}
		}
	}
}

// TestDeltaRoots: the ends of the range solve their equation, at tiny and large δ
// too, where the roots meet and part.
func TestDeltaRoots(t *testing.T) {
	for _, delta := range []float64{1e-9, 1e-3, 0.1, 0.15, 1, 10} {
		b := methodtest.NewBench(t, cvae.Text, "delta", map[string]any{"delta.delta": delta}, 2)
		methodtest.Fill(b.LogVar, []float64{800})
		high := b.Run().Q.LogVar[0] // ln s
		methodtest.Near(t, "upper root", []float64{high - math.Exp(high) + 2*delta + 1}, []float64{0}, 1e-12)
		methodtest.Fill(b.LogVar, []float64{-800})
		least := math.Exp(b.Run().Q.LogVar[0] / 2)
		low := 2 * math.Log((least-math.Exp(high/2)/50)*50/49)
		if delta < 10 { // else the lower root is lost in the fiftieth
			methodtest.Near(t, "lower root", []float64{low - math.Exp(low) + 2*delta + 1}, []float64{0}, 1e-12)
		}
	}
}

// TestDeltaRate is the identity KL = δ + ½max(0,r) + 5e-7, whatever σ and the
// prior are: derived from the family, not from the code.
func TestDeltaRate(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "delta", nil, 3)
		rapid.Check(t, func(rt *rapid.T) {
			for _, m := range [][]float64{b.Mean, b.LogVar, b.PriorMean, b.PriorLogVar} {
				for i := range m {
					m[i] = rapid.Float64Range(-6, 6).Draw(rt, "network output")
				}
			}
			r := b.Run()
			for i, kl := range r.KL {
				if want := 0.1 + 0.5*math.Max(0, b.Mean[i]) + 5e-7; math.Abs(kl-want) > 1e-9 {
					rt.Fatalf("%s: KL %v of outputs (%v, %v), want %v", mode, kl, b.Mean[i], b.LogVar[i], want)
				}
			}
			for i, m := range whitened(r.Q.Mean, r.P) {
				if m < 0 {
					rt.Fatalf("%s: whitened mean %d is %v", mode, i, m)
				}
			}
		})
	}
}

// TestDeltaTable: 32 dimensions at δ 0.1 have the KL 3.2 of Song et al. 2024,
// table 1, although every example has the same posterior.
func TestDeltaTable(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "delta", nil, 4)
	b.Columns(-1, -2, -3, -4)
	for _, kl := range b.Run().KL {
		methodtest.Near(t, "KL of 32 dimensions", []float64{32 * kl}, []float64{3.2}, 2e-5)
	}
	first := b.Run().Q.Mean
	for _, m := range first {
		methodtest.Same(t, "posterior means", []float64{m}, first[:1])
	}
}

// TestDeltaGradient: the mean output is dead at the least rate, where r < 0; the
// variance output is not.
func TestDeltaGradient(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewProbedBench(t, mode, "delta", nil, 4)
		b.Columns(-1, 1, -0.5, 2)
		mean, logVar := b.Gradients(1)
		for i, g := range mean {
			if (g == 0) != (b.Mean[i] < 0) {
				t.Errorf("%s: the gradient by the mean output %v is %v", mode, b.Mean[i], g)
			}
			if logVar[i] == 0 {
				t.Errorf("%s: no gradient by the variance output", mode)
			}
		}
	}
}

// TestDeltaRaw constrains z itself: a prior network can then be where the
// posterior is, and the rate falls to 0.
func TestDeltaRaw(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Dialogue, "delta", map[string]any{"delta.coordinates": "raw"}, 3)
	methodtest.Fill(b.Mean, []float64{-1})
	r := b.Run()
	near(t, "KL to N(0,I)", r.KL, 0.1+5e-7)
	copy(b.PriorMean, r.Q.Mean)
	copy(b.PriorLogVar, r.Q.LogVar)
	near(t, "KL to the posterior's place", b.Run().KL, 0)
}
