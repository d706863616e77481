package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// mae drives the posteriors of a batch apart and evenly so (Ma et al. 2019). The
// mutual posterior divergence MPD is the mean of KL(q_i‖q_j) over ordered pairs
// i ≠ j; the loss gains η·Σ_d softplus(−MPD_d), small where posteriors differ,
// and γ times the standard deviation of the pairs' divergences.
//
// The paper has no context. In raw coordinates posteriors that equal their priors
// differ as much as the contexts do, which is diversity enough at a KL of 0. So
// posteriors are compared relative to their priors, where all of these are one.
//
// The weights of the paper's tables do not leave collapse. For means of size a
// about it the terms are −½ηna² and γ√(2n)a², and the KL is +½na²: only
// η > 1+2γ√(2/n), 1.1 for n = 32 and γ = 0.2, drives means apart. From the small
// first weights of the text presets η = 2 stays collapsed for long, too.
var mae = Method{
	Name: "mae", Title: "MAE, mutual posterior divergence",
	Cite: "Ma et al. 2019",
	Parameters: []Parameter{
		{Name: "eta", Dialogue: 1.0, Text: 1.0, Max: 1e3, Help: "weight of the diversity term; up to 1+2·gamma·√(2/n), 1.1 in 32 dimensions, a collapsed posterior stays collapsed", Source: "Song et al. 2024, table 1, Yahoo"},
		{Name: "gamma", Dialogue: 0.2, Text: 0.2, Max: 1e3, Help: "weight of the smoothness term", Source: "Song et al. 2024, table 1"},
		{Name: "free_bits", Dialogue: 0.0, Text: 0.0, Max: 1e3, Help: "nats of the batch's mean KL that cost nothing", Source: "authors' code"},
		coordinatesOf("compared"),
	},
	Former:   formerly("whitened", "raw", nil),
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: mutualDivergence{
			atLeast: 2, in: v.coordinates(), eta: v.Number("eta"), gamma: v.Number("gamma"), free: v.Number("free_bits"),
		}}}, nil
	},
}

// mutualDivergence is the rate of mae.
type mutualDivergence struct {
	atLeast
	in               coordinates
	eta, gamma, free float64
}

// Charge implements cvae.Rate.
func (m mutualDivergence) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	pairs := pairDivergence(s, s.Relative(code.Q, m.in.origin(code.P)))
	divergence := s.MeanColumns(pairs)
	diversity := s.Scale(float64(s.Dim), s.Mean(softplus(s, s.Scale(-1, divergence))))
	smoothness := pairDeviation(s, pairs, divergence)
	s.Observe("mpd", divergence)
	s.Observe("diversity", diversity)
	s.Observe("smoothness", smoothness)
	side = s.Add(s.Scale(m.eta, diversity), s.Scale(m.gamma, smoothness))
	free := freeBits{lambda: m.free / float64(s.Dim), total: true, batch: true}
	perRow, _, err = free.Charge(s, code)
	return perRow, side, err
}

// pairDivergence is KL(q_i‖q_j) per dimension for the ordered pairs i ≠ j,
// (B(B−1),Z).
func pairDivergence(s *cvae.Scope, q cvae.Gaussian) *G.Node {
	var i, j cvae.Gaussian
	i.Mean, j.Mean, _ = s.Pairs(q.Mean, q.Mean, false)
	i.LogVar, j.LogVar, _ = s.Pairs(q.LogVar, q.LogVar, false)
	return s.KL(i, j)
}

// pairDeviation is the unbiased standard deviation of the pairs' sums over the
// dimensions; the shift keeps its gradient finite where all are equal.
func pairDeviation(s *cvae.Scope, pairs, mean *G.Node) *G.Node {
	square := s.Mean(s.Square(s.SumRows(s.SubRow(pairs, mean))))
	if s.Err() != nil {
		return nil
	}
	n := float64(pairs.Shape()[0])
	return s.Sqrt(s.Shift(s.Scale(n/(n-1), square), 1e-12))
}
