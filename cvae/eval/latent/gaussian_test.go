package latent

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.10g, want %.10g ± %g", what, got, want, tolerance)
	}
}

// The wanted numbers are the closed form worked out by hand and checked with
// an independent numpy program.
func TestKL(t *testing.T) {
	l64, l225 := []float64{math.Log(.64)}, []float64{math.Log(2.25)}
	for _, c := range []struct {
		name                   string
		mu, logvar, pmu, plvar []float64
		want                   float64
	}{
		{"to the standard normal", []float64{.5}, l64, nil, nil, 0.1681435513},
		{"to a prior", []float64{.5}, l64, []float64{-.25}, l225, 0.3958308816},
		{"reverse", []float64{-.25}, l225, []float64{.5}, l64, 1.0686569656},
		{"equal", []float64{.5, -3}, []float64{2, -1}, []float64{.5, -3}, []float64{2, -1}, 0},
		{"nil prior is zeros", []float64{.5}, l64, []float64{0}, []float64{0}, 0.1681435513},
		{"nothing", nil, nil, nil, nil, 0},
		// BN-VAE with γ = .6, β = 0 and n = 32: n γ²/2 [zhu].
		{"32 dimensions", repeat(.6, 32), repeat(0, 32), nil, nil, 5.76},
	} {
		t.Run(c.name, func(t *testing.T) {
			near(t, "KL", KL(c.mu, c.logvar, c.pmu, c.plvar), c.want, 1e-10)
		})
	}
}

func repeat(x float64, n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = x
	}
	return s
}

func TestKLPerDimAddsTheTerms(t *testing.T) {
	mu, logvar := []float32{.5, 0}, []float32{0, 0}
	dst := []float64{1, 2}
	KLPerDim(dst, mu, logvar, nil, nil)
	near(t, "first", dst[0], 1.125, 1e-12)
	near(t, "second", dst[1], 2, 1e-12)
}

// A posterior within 1e-6 of its prior has KL ≈ x²/4; the textbook form
// s − ln s − 1 would lose it to rounding.
func TestKLNearThePrior(t *testing.T) {
	near(t, "KL", KL([]float64{0}, []float64{1e-6}, nil, nil)/0.25e-12, 1, 1e-3)
}

func gaussianRow(t *rapid.T, d int, name string) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-4, 4), d, d).Draw(t, name)
}

func TestKLInequalities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 6).Draw(t, "d")
		mu, logvar := gaussianRow(t, d, "mu"), gaussianRow(t, d, "logvar")
		pmu, plvar := gaussianRow(t, d, "priorMu"), gaussianRow(t, d, "priorLogvar")
		m, s := make([]float64, d), make([]float64, d)
		Whiten(m, s, mu, logvar, pmu, plvar)
		var half float64
		logs2 := make([]float64, d)
		for k := range m {
			half += 0.5 * m[k] * m[k]
			logs2[k] = 2 * math.Log(s[k])
		}
		kl := KL(mu, logvar, pmu, plvar)
		if kl < half-1e-9 {
			t.Fatalf("KL %v is below ½‖m‖² = %v", kl, half)
		}
		if white := KL(m, logs2, nil, nil); math.Abs(white-kl) > 1e-9*(1+kl) {
			t.Fatalf("whitening changed the KL from %v to %v", kl, white)
		}
		perDim := make([]float64, d)
		KLPerDim(perDim, mu, logvar, pmu, plvar)
		var sum float64
		for _, x := range perDim {
			sum += x
		}
		if math.Abs(sum-kl) > 1e-9*(1+kl) {
			t.Fatalf("the dimensions sum to %v, KL is %v", sum, kl)
		}
	})
}

// Independent check: KL = E_q[ln q − ln p] over 200,000 draws. The standard
// error of the estimate is about 0.001.
func TestKLMatchesMonteCarlo(t *testing.T) {
	mu, logvar := []float64{.5}, []float64{math.Log(.64)}
	pmu, plvar := []float64{-.25}, []float64{math.Log(2.25)}
	draw := rng.New(1, rng.Evaluate, 0, 0)
	var sum float64
	const n = 200_000
	for range n {
		z := []float64{.5 + .8*draw.Normal()}
		sum += LogDensity(z, mu, logvar) - LogDensity(z, pmu, plvar)
	}
	near(t, "Monte Carlo KL", sum/n, 0.3958308816, 0.005)
}

// ln N(0;0,1) = −½ ln 2π and ln N(1;0,4) = −½ ln 2π − ln 2 − 1/8.
func TestLogDensity(t *testing.T) {
	near(t, "standard", LogDensity([]float32{0}, nil, nil), -0.9189385332, 1e-10)
	near(t, "wide", LogDensity([]float64{1}, []float64{0}, []float64{math.Log(4)}), -0.9189385332-math.Ln2-.125, 1e-10)
}

func TestWhiten(t *testing.T) {
	m, s := make([]float32, 2), make([]float32, 2)
	l4 := float32(math.Log(4))
	Whiten(m, s, []float32{3, 1}, []float32{0, l4}, []float32{1, 1}, []float32{l4, l4})
	near(t, "m0", float64(m[0]), 1, 1e-6)
	near(t, "s0", float64(s[0]), .5, 1e-6)
	near(t, "m1", float64(m[1]), 0, 1e-6)
	near(t, "s1", float64(s[1]), 1, 1e-6)
	Whiten(m, s, []float32{3, 1}, []float32{0, l4}, nil, nil)
	near(t, "text mode m0", float64(m[0]), 3, 1e-6)
	near(t, "text mode s1", float64(s[1]), 2, 1e-6)
}
