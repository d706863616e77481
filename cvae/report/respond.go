package report

import (
	"context"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/dialog/rng"
)

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
	vectors, err := m.vectors()
	if err != nil {
		return Row{}, err
	}
	cases := make([]metric.Case, len(x.words))
	for i, words := range x.words {
		cases[i] = metric.Case{Context: m.each(m.exchanges[i].context), References: m.each(m.exchanges[i].references), Responses: words}
	}
	var broken error
	row := Row{Decoding: decoding, RecPPL: unknown, MPD: unknown}
	row.Scores = metric.Measure(metric.Input{Cases: cases, Training: m.texts(ctx, dialog.Train, &broken), Vectors: vectors})
	if broken != nil {
		return row, broken
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
