package cvae

import "math"

// GaussianPosterior is the plain posterior N(μ(x,c), σ²(x,c)) of a
// variational autoencoder (Kingma and Welling 2014).
type GaussianPosterior struct{}

// Infer implements Posterior.
func (GaussianPosterior) Infer(s *Scope, f Features) (Code, error) {
	q := f.Raw
	return Code{
		Z: s.Sample(q, s.Noise("posterior", s.Batch, s.Dim)),
		Q: q, Drawn: q, P: f.Prior,
		KL: s.KL(q, f.Prior),
	}, s.Err()
}

// Draw implements Posterior: z = μp + spread·σp·eps.
func (GaussianPosterior) Draw(z, eps []float32, prior PriorRow, spread float64) {
	DrawPrior(z, eps, prior, spread)
}

// DrawPrior writes μp + spread·σp·eps to z.
func DrawPrior(z, eps []float32, prior PriorRow, spread float64) {
	for d := range z {
		mean, std := 0.0, 1.0
		if prior.Mean != nil {
			mean, std = float64(prior.Mean[d]), math.Exp(0.5*float64(prior.LogVar[d]))
		}
		z[d] = float32(mean + spread*std*float64(eps[d]))
	}
}
