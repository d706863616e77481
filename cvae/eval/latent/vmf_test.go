package latent

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
)

// TestVonMisesFisherKL: the values in 32 dimensions are those of the comments of
// the code of DG-VAEs, and at κ = 13 one more digit by SciPy's Bessel functions.
// In three dimensions I_{1/2} is elementary: A = coth κ − 1/κ and
// C = κ/(4π sinh κ); in two, at κ = 2, I₀ = 2.2795853 and I₁ = 1.5906369
// (Abramowitz and Stegun, table 9.8).
func TestVonMisesFisherKL(t *testing.T) {
	for kappa, want := range map[float64]float64{13: 2.172591, 25: 5.755, 50: 12.253, 100: 20.759, 200: 30.373} {
		if got := (VonMisesFisher{32, kappa}).KL(); math.Abs(got-want) > 6e-4 {
			t.Errorf("κ = %g: %.6f, want %.6f", kappa, got, want)
		}
	}
	if got := (VonMisesFisher{32, 13}).KL(); math.Abs(got-2.172591) > 1e-6 {
		t.Errorf("κ = 13: %.7f", got)
	}
	for _, kappa := range []float64{1e-3, 0.5, 3, 40, 300} {
		v := VonMisesFisher{3, kappa}
		mean := 1/math.Tanh(kappa) - 1/kappa
		logSinh := kappa + math.Log(-math.Expm1(-2*kappa)/2)
		norm := math.Log(kappa/(4*math.Pi)) - logSinh
		if math.Abs(v.MeanLength()-mean) > 1e-9 || math.Abs(v.logNorm()-norm) > 1e-9*math.Max(1, kappa) {
			t.Errorf("κ = %g in three dimensions: A %.12f, want %.12f; ln C %.12f, want %.12f", kappa, v.MeanLength(), mean, v.logNorm(), norm)
		}
	}
	plane := VonMisesFisher{2, 2}
	if math.Abs(plane.MeanLength()-1.5906369/2.2795853) > 1e-7 || math.Abs(plane.logBessel()-math.Log(2.2795853)) > 1e-7 {
		t.Errorf("in two dimensions A is %.7f, ln I₀ %.7f", plane.MeanLength(), plane.logBessel())
	}
	if far := (VonMisesFisher{32, 1e4}).KL(); math.IsNaN(far) || math.IsInf(far, 0) {
		t.Errorf("κ = 1e4: %v", far)
	}
}

// TestVonMisesFisherDraws: draws are unit vectors, their mean is A·m, the mean of
// (m·u)² is 1 − (n−1)A/κ, and they lie evenly about m.
func TestVonMisesFisherDraws(t *testing.T) {
	const draws = 40000
	for _, v := range []VonMisesFisher{{2, 3}, {5, 0.7}, {32, 13}, {32, 200}} {
		m, u, mean := make([]float64, v.N), make([]float64, v.N), make([]float64, v.N)
		m[0], m[1] = 0.6, -0.8
		square := 0.0
		for i := range draws {
			draw := rng.New(1, rng.Bench, i, 0)
			v.Draw(u, m, &draw)
			length, along := 0.0, 0.0
			for d, x := range u {
				length += x * x
				along += x * m[d]
				mean[d] += x / draws
			}
			if math.Abs(length-1) > 1e-9 {
				t.Fatalf("%+v: a draw of length² %v", v, length)
			}
			square += along * along / draws
		}
		a := v.MeanLength()
		for d := range mean {
			if math.Abs(mean[d]-a*m[d]) > 5/math.Sqrt(draws*float64(v.N-1)) {
				t.Errorf("%+v: mean %d is %.4f, want %.4f", v, d, mean[d], a*m[d])
			}
		}
		if want := 1 - float64(v.N-1)*a/v.Kappa; math.Abs(square-want) > 0.01 {
			t.Errorf("%+v: the mean square of the cosine is %.4f, want %.4f", v, square, want)
		}
	}
}

// TestVonMisesFisherRatio: the density is one over the sphere. The mean of
// exp(ln q − ln uniform) over uniform vectors is 1.
func TestVonMisesFisherRatio(t *testing.T) {
	const draws = 200000
	v, sum := VonMisesFisher{4, 2}, 0.0
	for i := range draws {
		draw := rng.New(2, rng.Bench, i, 0)
		first, square := draw.Normal(), 0.0
		for range v.N - 1 {
			e := draw.Normal()
			square += e * e
		}
		sum += math.Exp(v.LogRatio(first/math.Sqrt(first*first+square))) / draws
	}
	if math.Abs(sum-1) > 0.01 {
		t.Errorf("the density sums to %.4f", sum)
	}
}
