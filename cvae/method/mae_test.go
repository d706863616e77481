package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestMAEVector: N(0,1) and N(1,4) have KLs 0.4431 and 1.3069 one way and the
// other, 0.875 on average. With the diagonal, as DU-VAE's metric has it, that
// would be 0.4375.
func TestMAEVector(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "mae", nil, 2)
	b.Columns(0, 1)
	copy(b.LogVar, []float64{0, 0, 0, math.Log(4), math.Log(4), math.Log(4)})
	r := b.Run()
	near(t, "MPD", r.Observed["mpd"], 0.875)
	near(t, "diversity", r.Observed["diversity"], 3*math.Log1p(math.Exp(-0.875)))
	// Two sums over three dimensions, 3·(ln 4 − 0.375 − …): their unbiased
	// standard deviation is the difference over √2.
	one, two := latent.KL([]float64{0}, []float64{0}, []float64{1}, []float64{math.Log(4)}), latent.KL([]float64{1}, []float64{math.Log(4)}, []float64{0}, []float64{0})
	near(t, "smoothness", r.Observed["smoothness"], 3*math.Abs(one-two)/math.Sqrt2)
}

// TestMAEEqual: equal posteriors have no divergence, softplus(0) = ln 2 a
// dimension, and no deviation.
func TestMAEEqual(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "mae", map[string]any{"mae.eta": 2, "mae.gamma": 0.2}, 4)
	b.Columns(1, 1, 1, 1)
	r := b.Run()
	near(t, "MPD", r.Observed["mpd"], 0)
	methodtest.Near(t, "side term", []float64{r.Side}, []float64{2*3*math.Log(2) + 0.2*1e-6}, 1e-12)
}

// maeBench is posteriors of no pattern.
func maeBench(t *testing.T, mode cvae.Mode, settings map[string]any) *methodtest.Bench {
	b := methodtest.NewBench(t, mode, "mae", settings, 5)
	for i := range b.Mean {
		b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), 0.7*math.Cos(float64(3*i))
	}
	return b
}

// TestMAEForm computes the term as the authors' code does: the matrix of all
// pairs, its mean scaled by B/(B−1), the diagonal filled with the mean and the
// standard deviation scaled by √((B²−1)/(B²−B−1)).
func TestMAEForm(t *testing.T) {
	const n = 5
	b := maeBench(t, cvae.Text, nil)
	r := b.Run()
	mpd, sums := make([]float64, 3), make([]float64, n*n)
	for i := range n {
		for j := range n {
			kl := make([]float64, 3)
			latent.KLPerDim(kl, b.Mean[3*i:3*i+3], b.LogVar[3*i:3*i+3], b.Mean[3*j:3*j+3], b.LogVar[3*j:3*j+3])
			for d, v := range kl {
				mpd[d] += v / (n * n) * n / (n - 1)
				sums[i*n+j] += v
			}
		}
	}
	diversity, mean := 0.0, mpd[0]+mpd[1]+mpd[2]
	for _, v := range mpd {
		diversity -= math.Log(1 / (1 + math.Exp(-v))) // −ln sigmoid
	}
	for i := range n {
		sums[i*n+i] = mean
	}
	square := 0.0
	for _, v := range sums {
		square += (v - mean) * (v - mean) / (n*n - 1)
	}
	smoothness := math.Sqrt(square) * math.Sqrt(float64(n*n-1)/float64(n*n-n-1))
	methodtest.Near(t, "MPD", r.Observed["mpd"], mpd, 1e-9)
	methodtest.Near(t, "side term", []float64{r.Side}, []float64{diversity + 0.2*smoothness}, 1e-9)
	perRow := make([]float64, n)
	for i, kl := range r.KL {
		perRow[i/3] += kl
	}
	methodtest.Near(t, "charge", r.Charged, perRow, 1e-12)
}

// TestMAEWhitened: posteriors that are their priors are one posterior in
// whitened coordinates; raw, the contexts alone make them diverse.
func TestMAEWhitened(t *testing.T) {
	for form, want := range map[string]bool{"residual": false, "raw": true} {
		b := maeBench(t, cvae.Dialogue, map[string]any{"mae.coordinates": form})
		copy(b.PriorMean, b.Mean)
		copy(b.PriorLogVar, b.LogVar)
		if got := b.Run().Observed["mpd"][0]; (got > 0.1) != want || got < -1e-9 {
			t.Errorf("%s: MPD %v", form, got)
		}
	}
}

// TestMAECollapsed: near collapse the loss with the default weights rises with the
// size of the means, so it cannot leave; by the closed form −½ηn + γ√(2n) + ½n
// of the square of their size it does from η = 1+2γ√(2/n), 1.327 for n = 3. The
// standard deviation over pairs of the smoothness is √(2n)a² for normal means.
func TestMAECollapsed(t *testing.T) {
	const rows, size = 64, 0.02
	for _, eta := range []float64{0, 1, 1.2, 1.45, 2, 3} {
		b := methodtest.NewBench(t, cvae.Text, "mae", map[string]any{"mae.eta": eta}, rows)
		loss := func() float64 {
			r, sum := b.Run(), 0.0
			for _, c := range r.Charged {
				sum += c / rows
			}
			return r.Side + sum
		}
		flat := loss()
		draw := rng.New(7, rng.Posterior, 0, 0)
		for i := range b.Mean {
			b.Mean[i] = size * draw.Normal()
		}
		rise := (loss() - flat) / (size * size)
		if want := (1-eta)*1.5 + 0.2*math.Sqrt(6); (rise > 0) != (want > 0) || math.Abs(rise-want) > 0.35*(1+eta) {
			t.Errorf("eta %v: the loss rises by %v of the square of the size, want about %v", eta, rise, want)
		}
	}
}

// TestMAEFreeBits: a mean KL under free_bits is charged as free_bits.
func TestMAEFreeBits(t *testing.T) {
	for free, want := range map[float64]float64{0: 1.5, 1.4: 1.5, 2: 2} {
		b := methodtest.NewBench(t, cvae.Text, "mae", map[string]any{"mae.free_bits": free}, 4)
		b.Columns(1, -1, 1, -1) // a KL of 0.5 a dimension
		near(t, "charge", b.Run().Charged, want)
	}
}
