package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// atMinimum is the prior variance s that minimises ½(s−1−ln s+μ²/(1+s)): the
// best prior in the paper's form for a posterior mean of square μ².
func atMinimum(square float64) float64 {
	lo, hi := 1.0, 3.0
	for range 200 {
		s := (lo + hi) / 2
		if 1-1/s-square/((1+s)*(1+s)) < 0 { // twice the derivative
			lo = s
		} else {
			hi = s
		}
	}
	return (lo + hi) / 2
}

// TestBNPaperMinimum sets the prior to the best one for every posterior and
// finds what KL the paper's form guarantees per dimension: about γ²/8, not
// γ²/2. The numbers minimise the two KL terms by hand.
func TestBNPaperMinimum(t *testing.T) {
	for _, row := range []struct{ square, s, f, kl, prior float64 }{
		{0.16, 1.0400, 0.03961, 0.01999, 0.01961},
		{0.36, 1.0898, 0.08804, 0.04492, 0.04312},
		{0.49, 1.1221, 0.11890, 0.06105, 0.05785},
		{1.00, 1.2470, 0.23565, 0.12349, 0.11216},
	} {
		s := atMinimum(row.square)
		methodtest.Near(t, "best prior variance", []float64{s}, []float64{row.s}, 1e-4)
		b := methodtest.NewBench(t, cvae.Dialogue, "bn", map[string]any{"bn.coordinates": "raw", "bn.prior_kl": "on", "bn.gamma": math.Sqrt(row.square)}, 2)
		kl, prior := paper(b, s, 0)
		methodtest.Near(t, "F, KL(q‖p), KL(p‖r)", []float64{kl + prior, kl, prior}, []float64{row.f, row.kl, row.prior}, 1e-5)
		for _, off := range []float64{-0.1, 0.1} {
			for _, other := range [][2]float64{{s + off, 0}, {s, off}} {
				if k, p := paper(b, other[0], other[1]); k+p <= kl+prior {
					t.Errorf("μ² %g: the prior %v has less, %v", row.square, other, k+p)
				}
			}
		}
	}
}

// paper runs the bench with posterior and prior variance s and prior means at
// their best value, μ/(1+s), plus a shift along μ; it returns the KL and the
// side term per dimension.
func paper(b *methodtest.Bench, s, shift float64) (kl, prior float64) {
	gamma := 0.0
	b.Columns(1, -1)
	for _, v := range b.Run().Q.Mean {
		gamma = max(gamma, v)
	}
	for i, raw := range b.Mean {
		b.LogVar[i], b.PriorLogVar[i] = math.Log(s), math.Log(s)
		b.PriorMean[i] = raw * (gamma/(1+s) + shift)
	}
	r := b.Run()
	for _, v := range r.KL {
		kl += v / float64(len(r.KL))
	}
	return kl, r.Side / 3
}

// TestBNPaperSide tells the side term from the KL: KL(p‖N(0,I)) is in the loss
// by its weight and never in the KL, which is that of the normalised posterior.
func TestBNPaperSide(t *testing.T) {
	settings := map[string]any{"bn.coordinates": "raw", "bn.prior_kl": "on", "bn.prior_kl_weight": 2.5, "bn.epsilon": 0}
	b := methodtest.NewBench(t, cvae.Dialogue, "bn", settings, 4)
	b.Columns(1, 2, 3, 4)
	methodtest.Fill(b.LogVar, []float64{math.Log(0.64)})
	methodtest.Fill(b.PriorMean, []float64{0.5})
	methodtest.Fill(b.PriorLogVar, []float64{math.Log(0.64)})
	r := b.Run()
	methodtest.Near(t, "side term", []float64{r.Side}, []float64{2.5 * 3 * 0.1681435513}, 1e-9)
	methodtest.Near(t, "observed KL of the prior", r.Observed["prior_kl"], []float64{3 * 0.1681435513}, 1e-9)
	for i, x := range []float64{1, 2, 3, 4} {
		mean := 0.6 * (x - 2.5) / math.Sqrt(1.25)
		methodtest.Near(t, "posterior mean", r.Q.Mean[3*i:3*i+1], []float64{mean}, 1e-12)
		// Equal variances: KL is half the squared distance of the means.
		methodtest.Near(t, "KL", r.KL[3*i:3*i+1], []float64{(mean - 0.5) * (mean - 0.5) / 0.64 / 2}, 1e-12)
	}
}

// TestBNPaperRegulariser is what the paper's form charges beside the distortion, a
// dimension: ½[(σq²+(μq−μp)²)/σp² + σp² + μp² − ln σq² − 2]. Both KLs bring a −1, so the
// constant is −2, not −1.
func TestBNPaperRegulariser(t *testing.T) {
	const rows = 5
	b := methodtest.NewBench(t, cvae.Dialogue, "bn", map[string]any{"bn.coordinates": "raw", "bn.prior_kl": "on"}, rows)
	for i := range b.Mean {
		b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), 0.5*math.Cos(float64(i))
		b.PriorMean[i], b.PriorLogVar[i] = math.Cos(float64(3*i)), 0.4*math.Sin(float64(i))
	}
	r := b.Run()
	got, want := r.Side, 0.0
	for i, kl := range r.KL {
		got += kl / rows
		q, p, away := math.Exp(b.LogVar[i]), math.Exp(b.PriorLogVar[i]), r.Q.Mean[i]-b.PriorMean[i]
		want += 0.5 * ((q+away*away)/p + p + b.PriorMean[i]*b.PriorMean[i] - b.LogVar[i] - 2) / rows
	}
	methodtest.Near(t, "what is charged beside the distortion", []float64{got}, []float64{want}, 1e-9)
}
