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
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: aggregated{beta: v.Number("beta"), lambda: v.Number("lambda")}}}, nil
	},
}

// aggregated is the rate of aggkl.
type aggregated struct{ beta, lambda float64 }

// noKL implements unweighted.
func (a aggregated) noKL() bool { return a.beta == 0 }

// Charge implements cvae.Rate. The side term is the mean of ln q(z_i) − ln p(z_i)
// over the batch's draws z_i; the constants of both densities cancel.
func (a aggregated) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	z, q := s.Whiten(code.Z, code.P), s.Relative(code.Drawn, code.P)
	i, j := allPairs(s.Batch)
	logVar := s.Gather(q.LogVar, j)
	distance := s.Div(s.Square(s.Sub(s.Gather(z, i), s.Gather(q.Mean, j))), s.Exp(logVar))
	density := s.Scale(-0.5, s.SumRows(s.Add(distance, logVar)))
	posterior := s.Shift(s.LogSumExp(density, s.Batch), -math.Log(float64(s.Batch)))
	prior := s.Scale(-0.5, s.SumRows(s.Square(z)))
	kl := s.Mean(s.Sub(posterior, prior))
	s.Observe("aggregated_kl", kl)
	return s.Scale(a.beta, s.SumRows(code.KL)), s.Scale(a.lambda, kl), s.Err()
}

// MinBatch implements cvae.MinBatcher.
func (aggregated) MinBatch() int { return 2 }
