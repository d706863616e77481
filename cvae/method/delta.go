package method

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// delta bounds the posterior family away from the prior, so that every dimension
// of every example has a KL of at least δ (Razavi et al. 2019; this form, for one
// latent vector, is that of the code of Zhu et al. 2020). A posterior that is the
// same for all examples has that KL too: it is no information by itself.
//
// In residual coordinates the bound holds for any prior network; in raw ones it
// holds in text mode alone.
var delta = Method{
	Name: "delta", Title: "δ-VAE, committed rate per dimension",
	Cite: "Razavi et al. 2019",
	Parameters: []Parameter{
		{Name: "delta", Dialogue: 0.1, Text: 0.1, Max: 10, Help: "least KL per dimension, nats", Source: "Song et al. 2024, table 1; 0.15 in the code of Zhu et al. 2020"},
		coordinatesOf("constrained"),
	},
	Former: formerly("whitened", "raw", nil),
	Build: func(v Values, mode cvae.Mode) (Parts, error) {
		low, high := committedRange(v.Number("delta"))
		p := committed{in: v.coordinates(), delta: v.Number("delta"), low: math.Sqrt(low), high: math.Sqrt(high)}
		p.bound = p.in == residual || mode == cvae.Text
		return Parts{Parts: cvae.Parts{Posterior: p}}, nil
	},
}

// committed is the posterior of delta. low and high bound its standard deviation.
type committed struct {
	cvae.GaussianPosterior // its draws
	in                     coordinates
	delta, low, high       float64
	bound                  bool // every KL is δ or more
}

// leastKL implements committing.
func (p committed) leastKL() (nats float64, ok bool) { return p.delta, p.bound }

// CommittedRate implements cvae.Committer.
func (p committed) CommittedRate(dim, _ int) float64 {
	if !p.bound {
		return math.NaN()
	}
	return float64(dim) * p.delta
}

// committedRange is the variances at which N(0,s) has a KL of δ to N(0,1): the
// roots of ln s − s + 2δ + 1. It bisects ln s on either side of 0, where the two
// roots meet at δ = 0.
func committedRange(delta float64) (low, high float64) {
	root := func(inside, outside float64) float64 {
		for range 200 {
			y := (inside + outside) / 2
			if y-math.Exp(y)+2*delta+1 > 0 {
				inside = y
			} else {
				outside = y
			}
		}
		return math.Exp(inside)
	}
	return root(0, -2*delta-2), root(0, math.Log(4*delta+4))
}

// clampSlope is the largest 1+e⁻ʳ: it keeps the variance above the lower root.
const clampSlope = 50

// Infer implements cvae.Posterior.
func (p committed) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	u := p.constrain(s, f.Raw)
	q, kl := p.in.back(s, u, f.Prior), p.in.kl(s, u, f.Prior)
	z := s.Sample(q, s.Noise("posterior", s.Batch, s.Dim))
	return cvae.Code{Z: z, Q: q, Drawn: q, P: f.Prior, KL: kl}, s.Err()
}

// constrain maps the outputs (r, r') of the network to σ from low to high and
// μ² = 2δ + 1 + ln σ² − σ² + max(0,r) + 1e-6, so that
// KL = δ + ½max(0,r) + 5e-7 whatever σ is.
func (p committed) constrain(s *cvae.Scope, raw cvae.Gaussian) cvae.Gaussian {
	slope := s.Scale(-1, s.AtMost(s.Scale(-1, raw.LogVar), math.Log(clampSlope-1)))
	std := s.Shift(s.Scale(p.high-p.low, sigmoid(s, slope)), p.low)
	logVar := s.Scale(2, s.Log(std))
	least := positive(s, s.Shift(s.Sub(logVar, s.Square(std)), 2*p.delta+1))
	mean := s.Sqrt(s.Shift(s.Add(least, positive(s, raw.Mean)), 1e-6))
	return cvae.Gaussian{Mean: mean, LogVar: logVar}
}

// positive is max(0, x).
func positive(s *cvae.Scope, x *G.Node) *G.Node { return s.Mul(x, s.Above(x, 0)) }
