package eval

import (
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog/rng"
)

// law is the distribution of the directions of a spherical z.
func law(s cvae.Shape) latent.VonMisesFisher {
	return latent.VonMisesFisher{N: s.Width(), Kappa: s.Concentration}
}

// radius is the length of a spherical z.
func radius(s cvae.Shape) float64 { return math.Sqrt(float64(s.Width())) }

// substitute is the mean and the deviation of a Gaussian that has the density of q̂
// wherever z is, but for a constant factor that is the same for all q̂: q̂ itself,
// or on a sphere N(√n·μ, n/κ), because |z−√n·μ|² is there 2n(1−μ·u). Mutual
// information does not see the factor.
func substitute(s cvae.Shape, mean, std []float64) (_, _ []float64) {
	if !s.Spherical() {
		return mean, std
	}
	return about(s, mean, 1/law(s).MeanLength())
}

// apart is substitute with the divergence of q̂s instead of their densities. On a sphere
// KL(q̂_i‖q̂_j) is κA(1−μ_i·μ_j), that of N(√A·√n·μ_i, n/κ).
func apart(s cvae.Shape, mean, std []float64) (_, _ []float64) {
	if !s.Spherical() {
		return mean, std
	}
	return about(s, mean, 1/math.Sqrt(law(s).MeanLength()))
}

// about is scaled means, with the deviation √(n/κ) beside each number.
func about(s cvae.Shape, mean []float64, scale float64) (means, stds []float64) {
	for _, m := range mean {
		means, stds = append(means, scale*m), append(stds, radius(s)/math.Sqrt(s.Concentration))
	}
	return means, stds
}

// drawSphere draws z ~ q̂ of a row with these means of z, and returns
// ln r(z) − ln q̂(z) for the uniform r.
func drawSphere(z []float32, draw *rng.Stream, s cvae.Shape, mean []float64) float64 {
	v, r := law(s), radius(s)
	direction, u := make([]float64, len(z)), make([]float64, len(z))
	for d, m := range mean {
		direction[d] = m / (r * v.MeanLength())
	}
	v.Draw(u, direction, draw)
	cosine := 0.0
	for d := range z {
		z[d] = float32(r * u[d])
		cosine += direction[d] * float64(z[d]) / r
	}
	return -v.LogRatio(cosine)
}

// fromPrior makes draws of N(0,I) draws of what a spherical z of replies is drawn
// from, the uniform distribution.
func fromPrior(s cvae.Shape, z []float64) {
	if !s.Spherical() {
		return
	}
	square := 0.0
	for _, v := range z {
		square += v * v
	}
	for d := range z {
		z[d] *= radius(s) / math.Sqrt(square)
	}
}
