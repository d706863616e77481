package method

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// aggkl holds the aggregated posterior to the prior instead of every posterior
// (Fang et al. 2019): β·KL(q(z|x)‖p) + λ·KL(q(z)‖p), with q(z) the mean of the
// batch's posteriors. With β = 0 the information about the response is free up to
// ln B nats, where the estimate ends. In dialogue z is whitened, so that q(z) is
// compared with each context's prior.
var aggkl = Method{
	Name: "aggkl", Title: "KL of the aggregated posterior",
	Cite: "Fang et al. 2019",
	Parameters: []Parameter{
		{Name: "beta", Dialogue: 0.0, Text: 0.0, Max: 100, Help: "weight of the KL of each posterior", Source: "Fang et al. 2019"},
		{Name: "lambda", Dialogue: 1.0, Text: 1.0, Max: 1e3, Help: "weight of the KL of the aggregated posterior", Source: "Fang et al. 2019"},
	},
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: aggregated{atLeast: 2, beta: v.Number("beta"), lambda: v.Number("lambda")}}}, nil
	},
	Joined: func(v Values, all Parts) error { return weighed(all, v.Number("beta"), "aggkl.beta above 0") },
}

// aggregated is the rate of aggkl.
type aggregated struct {
	atLeast
	beta, lambda float64
}

// Charge implements cvae.Rate. The side term is the mean of ln q(z_i) − ln p(z_i)
// over the batch's draws z_i; the constants of both densities cancel.
func (a aggregated) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	z, q := s.Whiten(code.Z, code.P), s.Relative(code.Drawn, code.P)
	at, mean, n := s.Pairs(z, q.Mean, true)
	_, logVar, _ := s.Pairs(z, q.LogVar, true)
	distance := s.Div(s.Square(s.Sub(at, mean)), s.Exp(logVar))
	density := s.Scale(-0.5, s.SumRows(s.Add(distance, logVar)))
	posterior := s.Shift(s.LogSumExp(density, n), -math.Log(float64(n)))
	prior := s.Scale(-0.5, s.SumRows(s.Square(s.Whole(z))))
	kl := s.Mean(s.Sub(posterior, prior))
	s.Observe("aggregated_kl", kl)
	return s.Scale(a.beta, s.SumRows(code.KL)), s.Scale(a.lambda, kl), s.Err()
}
