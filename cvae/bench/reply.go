package bench

import (
	"context"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// What bench reply asks for: responses to one context, 64 unless told, of a fixed
// length.
const (
	defaultResponses = 64
	replyTokens      = 20
)

// endless hides the end of the sentence, so that every response has its full
// length.
type endless struct {
	decode.Stepper
	vocabulary int
}

func (e endless) hide(logits []float32) []float32 {
	for i := int(tokenize.End); i < len(logits); i += e.vocabulary {
		logits[i] = -1e30
	}
	return logits
}

func (e endless) Begin() []float32 { return e.hide(e.Stepper.Begin()) }

func (e endless) Step(tokens []int32, rows []int) []float32 {
	return e.hide(e.Stepper.Step(tokens, rows))
}

// Reply measures sampled responses of 20 tokens to one context: encoding, drawing
// z, decoding at temperature 1.
func Reply(ctx context.Context, o Options) (r ReplyReport, err error) {
	w, m, _, err := prepare(o)
	if err != nil {
		return r, err
	}
	defer m.Team().Close()
	m.Team().Use(o.Precision)
	one := w.data(m, o.Seed)[0].Slice(0, 1)
	n := o.Responses
	if n == 0 {
		n = defaultResponses
	}
	requests := o.Steps
	if requests == 0 {
		requests = 20
	}
	step, err := timed(ctx, requests, func(i int) error { return answer(ctx, m, one, n, o.Seed+uint64(i)) })
	if err != nil {
		return r, err
	}
	return ReplyReport{Workload: o.Workload, Threads: m.Team().Threads(), Responses: n, Tokens: replyTokens,
		MsMedian: 1e3 * step, GFlops: replyFlops(m, n) / step / 1e9}, nil
}

// answer samples the n responses of one request.
func answer(ctx context.Context, m *cvae.Model[float32], b *dialog.Batch, n int, seed uint64) error {
	sampling := dialog.Sampling{N: n, Temperature: 1, TopP: 1, PriorScale: 1, Seed: seed}
	s := endless{decode.Start(m, b, sampling, nil), m.Vocabulary}
	_, err := decode.Decode(ctx, s, m.Vocabulary, decode.Options{MaxTokens: replyTokens, Sampling: sampling, Team: m.Team()}, nil)
	return err
}

// replyFlops counts the matrix products of the decoder, which are nearly all.
func replyFlops(m *cvae.Model[float32], responses int) float64 {
	c := m.Config
	c.Decoder.LatentEveryStep = false // once a response, next to nothing
	words, h := responses*replyTokens, c.Decoder.Hidden
	return 2 * (float64(responses)*decoder(c, replyTokens, 0) + float64(words*h)*float64(m.Vocabulary))
}
