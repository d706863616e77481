package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// mae drives the posteriors of a batch apart and evenly so (Ma et al. 2019). The
// mutual posterior divergence MPD is the mean of KL(q_i‖q_j) over ordered pairs
// i ≠ j; the loss gains η·Σ_d softplus(−MPD_d), small where posteriors differ,
// and γ times the standard deviation of the pairs' divergences. "whitened"
// compares posteriors relative to their priors: else the differences between
// contexts are diversity enough.
var mae = Method{
	Name: "mae", Title: "MAE, mutual posterior divergence",
	Cite: "Ma et al. 2019",
	Parameters: []Parameter{
		{Name: "eta", Dialogue: 1.0, Text: 1.0, Max: 1e3, Help: "weight of the diversity term", Source: "Song et al. 2024, table 1, Yahoo"},
		{Name: "gamma", Dialogue: 0.2, Text: 0.2, Max: 1e3, Help: "weight of the smoothness term", Source: "Song et al. 2024, table 1"},
		{Name: "free_bits", Dialogue: 0.0, Text: 0.0, Max: 1e3, Help: "nats of the batch's mean KL that cost nothing", Source: "authors' code"},
		{Name: "conditional", Dialogue: "whitened", Text: "whitened", Choices: []string{"whitened", "raw"}, Help: "what is compared in dialogue", Source: "ours"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: mutualDivergence{
			eta: v.Number("eta"), gamma: v.Number("gamma"), free: v.Number("free_bits"),
			raw: v.Choice("conditional") == "raw",
		}}}, nil
	},
}

// mutualDivergence is the rate of mae.
type mutualDivergence struct {
	eta, gamma, free float64
	raw              bool
}

// Charge implements cvae.Rate.
func (m mutualDivergence) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	q := code.Q
	if !m.raw {
		q = s.Relative(q, code.P)
	}
	pairs := pairDivergence(s, q)
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
	i, j := orderedPairs(s.Batch)
	at := func(rows []int) cvae.Gaussian {
		return cvae.Gaussian{Mean: s.Gather(q.Mean, rows), LogVar: s.Gather(q.LogVar, rows)}
	}
	return s.KL(at(i), at(j))
}

// pairDeviation is the unbiased standard deviation of the pairs' sums over the
// dimensions; the shift keeps its gradient finite where all are equal.
func pairDeviation(s *cvae.Scope, pairs, mean *G.Node) *G.Node {
	n := float64(s.Batch * (s.Batch - 1))
	square := s.Mean(s.Square(s.SumRows(s.SubRow(pairs, mean))))
	return s.Sqrt(s.Shift(s.Scale(n/(n-1), square), 1e-12))
}

// MinBatch implements cvae.MinBatcher.
func (mutualDivergence) MinBatch() int { return 2 }
