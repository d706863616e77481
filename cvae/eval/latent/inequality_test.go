package latent

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"pgregory.net/rapid"
)

// TestScaleBoundsExceedImportance: E2 ≥ IW2 ≥ NLL and E3 ≥ IW3 ≥ NLL for any
// linear decoder x|z ~ N(wz, noise²), posterior and factor, not only for trained
// ones. IW is the expectation with K = 2; the quadrature over both draws keeps
// the first inequality exactly, because it is Jensen's, and the second to 1e-6.
func TestScaleBoundsExceedImportance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		between := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
		w, noise, x := between("w", -2, 2), between("noise", .5, 2), between("x", -3, 3)
		m, s, f := between("m", -2, 2), between("s", .3, 1.5), between("f", .4, 3)
		one := func(x float64) []float64 { return []float64{x} }
		// E_q̂[−ln p(x|z)] with q̂ = N(fm, s²) is a Gaussian integral.
		miss := x - w*f*m
		rec := 0.5*math.Log(2*math.Pi*noise*noise) + (miss*miss+w*w*s*s)/(2*noise*noise)
		b := NewScaleBounds(rec, one(m), one(s), one(f))
		for _, c := range []struct {
			name         string
			bound, prior float64
		}{{"E2", b.E2, f}, {"E3", b.E3, 1}} {
			g := linearGaussian{w: w, noise: noise, prior: c.prior}
			iw := expectedImportance(g, x, f*m, s*s)
			if iw > c.bound+1e-9 || iw < g.nll(x)-1e-6 {
				t.Fatalf("%s = %v, IW = %v, NLL = %v", c.name, c.bound, iw, g.nll(x))
			}
		}
	})
}

// expectedImportance is the expectation of ImportanceNLL with two draws from
// N(mean, variance), by Gauss–Hermite quadrature.
func expectedImportance(g linearGaussian, x, mean, variance float64) (sum float64) {
	const points = 60
	at, weights, lw := make([]float64, points), make([]float64, points), make([]float64, points)
	quad.Hermite{}.FixedLocations(at, weights, math.Inf(-1), math.Inf(1))
	for i, e := range at {
		lw[i] = g.logWeight(x, mean+math.Sqrt(2*variance)*e, mean, variance)
	}
	for i := range lw {
		for j := range lw {
			nll, err := ImportanceNLL([]float64{lw[i], lw[j]}, 2)
			if err != nil {
				return math.NaN()
			}
			sum += weights[i] * weights[j] / math.Pi * nll[0]
		}
	}
	return sum
}

// TestRateExceedsInformation: the mean KL(q̂‖r) of several posteriors is at least
// their information for N(0,1) and for any other r, since it is the information
// plus KL(q̂(z)‖r). This bounds what a Scale-VAE, which charges KL(q‖p), can hold.
func TestRateExceedsInformation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "n")
		mean := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "mean")
		std := rapid.SliceOfN(rapid.Float64Range(.2, 2), n, n).Draw(t, "std")
		mu, logvar := rapid.Float64Range(-2, 2).Draw(t, "mean of r"), rapid.Float64Range(-2, 3).Draw(t, "log-variance of r")
		var standard, other float64
		for i := range mean {
			l := []float64{2 * math.Log(std[i])}
			standard += KL(mean[i:i+1], l, nil, nil) / float64(n)
			other += KL(mean[i:i+1], l, []float64{mu}, []float64{logvar}) / float64(n)
		}
		if mi := informationOfMany(mean, std); min(standard, other) < mi-1e-6 {
			t.Fatalf("rates %v from N(0,1) and %v from r are below the information %v", standard, other, mi)
		}
	})
}

// TestScaledInformation bounds what the draws of a Scale-VAE hold by what it charges:
// where Std[fm] is des_std, I_q̂ ≤ KL(q‖p) + ½des_std² a dimension, because centring
// changes no information. Row (0.3, 1) of table 3 of Song et al. 2024 has MI 8.4 where
// this allows 1.8 + 32·0.09/2 = 3.24, so its draws had another deviation.
func TestScaledInformation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, des := rapid.IntRange(2, 6).Draw(t, "n"), rapid.Float64Range(.1, 3).Draw(t, "des_std")
		m := rapid.SliceOfN(rapid.Float64Range(-1, 1), n, n).Draw(t, "m")
		s := rapid.SliceOfN(rapid.Float64Range(.2, 1.5), n, n).Draw(t, "s")
		mean, square := 0., 0.
		for i := range m {
			m[i] += float64(3 * i) // so that they vary
			mean += m[i] / float64(n)
		}
		for _, x := range m {
			square += (x - mean) * (x - mean) / float64(n)
		}
		f := des / math.Sqrt(square)
		var drawn []float64
		var charged float64
		for i := range m {
			drawn = append(drawn, f*(m[i]-mean))
			charged += NewScaleBounds(0, m[i:i+1], s[i:i+1], []float64{f}).E1 / float64(n)
		}
		if mi := informationOfMany(drawn, s); mi > charged+des*des/2+1e-6 {
			t.Fatalf("information %v of a rate %v with des_std %v", mi, charged, des)
		}
	})
}
