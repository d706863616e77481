package report

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/dialog/rng"
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

// responses are those of a run to the exchanges, one list for each.
type responses struct {
	words [][][]string   // of the metrics
	texts [][]string     // for people
	z     []dialog.Block // that of the first response; nil without a latent
}

// respond answers the first n exchanges. request says what is wanted for number
// i; context, labels and seed are filled in.
func (m *measurer) respond(ctx context.Context, r *run.Run, n int, stage string, request func(i int) dialog.Request) (responses, error) {
	var out responses
	for i, e := range m.exchanges[:n] {
		q := request(i)
		stream := rng.New(m.Seed, rng.Evaluate, -4, i)
		q.Context, q.Labels, q.Seed = e.context, e.labels, stream.Uint64()
		reply, err := r.Respond(ctx, q, nil)
		if err != nil {
			return out, fmt.Errorf("run %s answering %q: %w", r.Dir, strings.Join(e.context, " / "), err)
		}
		words, texts := make([][]string, len(reply.Responses)), make([]string, len(reply.Responses))
		for j, x := range reply.Responses {
			words[j], texts[j] = m.words(plain(r, x)), x.Text
		}
		out.words, out.texts = append(out.words, words), append(out.texts, texts)
		out.z = append(out.z, reply.Responses[0].Z)
		m.progress(stage, i+1, n)
	}
	return out, nil
}

// sampling is greedy decoding for as many draws from the prior as the metrics
// want.
func (m *measurer) sampling() dialog.Sampling {
	s := dialog.DefaultSampling()
	s.N = m.Samples
	return s
}

// overZ decodes draws from the prior, its deviation scaled, greedily.
func (m *measurer) overZ(ctx context.Context, r *run.Run, n int, scale float64) (responses, error) {
	sampling := m.sampling()
	sampling.PriorScale = scale
	return m.respond(ctx, r, n, fmt.Sprintf("%s: responses %s", r.Dir, OverZ), func(int) dialog.Request {
		return dialog.Request{Sampling: sampling}
	})
}

// overTokens draws tokens for the one z of each exchange, or without any.
func (m *measurer) overTokens(ctx context.Context, r *run.Run, z []dialog.Block) (responses, error) {
	return m.respond(ctx, r, len(m.exchanges), fmt.Sprintf("%s: responses at temperature 1", r.Dir), func(i int) dialog.Request {
		q := dialog.Request{Sampling: m.sampling()}
		q.Temperature = 1
		if z != nil {
			for range m.Samples {
				q.Z = append(q.Z, z[i])
			}
		}
		return q
	})
}

// row measures the responses of one decoding.
func (m *measurer) row(ctx context.Context, decoding string, x responses) (Row, error) {
	cases := make([]metric.Case, len(x.words))
	for i, words := range x.words {
		cases[i] = metric.Case{Context: m.each(m.exchanges[i].context), References: m.each(m.exchanges[i].references), Responses: words}
	}
	var broken error
	row := Row{Decoding: decoding, RecPPL: unknown, MPD: unknown}
	var err error
	row.Scores, err = metric.Measure(ctx, metric.Input{Cases: cases, Training: m.texts(ctx, dialog.Train, &broken), Vectors: m.vectors})
	if err := cmp.Or(err, broken); err != nil {
		return row, err
	}
	row.LMPPL, err = m.reference.perplexity(ctx, flat(x.words))
	return row, err
}

func flat(words [][][]string) (all [][]string) {
	for _, list := range words {
		all = append(all, list...)
	}
	return all
}
