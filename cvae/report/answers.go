package report

import (
	"context"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/metric"
)

const (
	// shownExchanges and shownResponses bound the table of answers.
	shownExchanges = 10
	shownResponses = 10
	// sweepExchanges is how many contexts a sweep answers: it is about tendency.
	sweepExchanges = 50
)

// sweepScales are the scales of the prior's deviation that a sweep tries.
func sweepScales() []float64 { return []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2} }

// An answered is what a run answers, and how that measures.
type answered struct {
	Rows  []Row  `json:"rows"`
	Turns []Turn `json:"turns"`
}

// answer measures a run under each of its decodings.
func (m *measurer) answer(ctx context.Context, r *run.Run) (a answered, err error) {
	var overZ, overTokens responses
	decoding := Sampled
	if !r.Latent().None() {
		decoding = OverTokens
		if overZ, err = m.overZ(ctx, r, len(m.exchanges), 1); err != nil {
			return a, err
		}
		row, err := m.row(ctx, OverZ, overZ)
		if err != nil {
			return a, err
		}
		a.Rows = append(a.Rows, row)
	}
	if overTokens, err = m.overTokens(ctx, r, overZ.z); err != nil {
		return a, err
	}
	row, err := m.row(ctx, decoding, overTokens)
	if err != nil {
		return a, err
	}
	a.Rows = append(a.Rows, row)
	a.Turns = m.turns(overZ.texts, overTokens.texts)
	return a, nil
}

// turns are the first answers, for people. overZ is nil without a latent.
func (m *measurer) turns(overZ, overTokens [][]string) (turns []Turn) {
	for i, e := range m.exchanges[:min(shownExchanges, len(m.exchanges))] {
		t := Turn{Context: append([]string{}, e.context...), OverTokens: first(overTokens[i])}
		if len(e.references) > 0 {
			t.Reference = e.references[0]
		}
		if overZ != nil {
			t.OverZ = first(overZ[i])
		}
		turns = append(turns, t)
	}
	return turns
}

func first(texts []string) []string { return texts[:min(shownResponses, len(texts))] }

// sweep answers a few contexts at every scale of the prior's deviation.
func (m *measurer) sweep(ctx context.Context, r *run.Run) (points []Sweep, err error) {
	n := min(sweepExchanges, len(m.exchanges))
	for _, scale := range sweepScales() {
		x, err := m.overZ(ctx, r, n, scale)
		if err != nil {
			return nil, err
		}
		all := flat(x.words)
		p := Sweep{PriorScale: scale, Dist: metric.ByOrder{}, Distinct: Number(metric.Distinct(x.words))}
		for order := 1; order <= 3; order++ {
			p.Dist[order] = Number(metric.Dist(order, all))
		}
		if p.LMPPL, err = m.reference.perplexity(ctx, all); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}
