package bench

import (
	"context"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// What bench reply asks for: responses to one context, of a fixed length.
const (
	responses   = 64
	replyTokens = 20
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

// Reply measures 64 sampled responses of 20 tokens to one context: encoding,
// drawing z, decoding at temperature 1.
func Reply(ctx context.Context, o Options) (ReplyReport, error) {
	w, err := find(o)
	if err != nil {
		return ReplyReport{}, err
	}
	team, err := cvae.NewTeam(o.Threads)
	if err != nil {
		return ReplyReport{}, err
	}
	defer team.Close()
	m, _, err := w.model(o, team)
	if err != nil {
		return ReplyReport{}, err
	}
	one := w.data(m, o.Seed)[0].Slice(0, 1)
	requests := o.Steps
	if requests == 0 {
		requests = 20
	}
	const warm = 2
	var spent []float64
	for i := range warm + requests {
		start := time.Now()
		if err := answer(ctx, m, one, o.Seed+uint64(i)); err != nil {
			return ReplyReport{}, err
		}
		if i >= warm {
			spent = append(spent, time.Since(start).Seconds())
		}
	}
	step := median(spent)
	return ReplyReport{Workload: o.Workload, Threads: team.Threads(), Responses: responses, Tokens: replyTokens,
		MsMedian: 1e3 * step, GFlops: replyFlops(m) / step / 1e9}, nil
}

// answer samples the responses of one request.
func answer(ctx context.Context, m *cvae.Model[float32], b *dialog.Batch, seed uint64) error {
	sampling := dialog.Sampling{N: responses, Temperature: 1, TopP: 1, PriorScale: 1, Seed: seed}
	s := endless{decode.Start(m, b, sampling, nil), m.Vocabulary}
	_, err := decode.Decode(ctx, s, m.Vocabulary, decode.Options{MaxTokens: replyTokens, Sampling: sampling, Team: m.Team()}, nil)
	return err
}

// replyFlops counts the matrix products of the decoder, which are nearly all.
func replyFlops(m *cvae.Model[float32]) float64 {
	c, words := m.Config, float64(responses*replyTokens)
	h := float64(c.Decoder.Hidden)
	return 2 * (layer(c.Decoder.Cell, words, float64(c.Encoder.Embedding), h) + words*h*float64(m.Vocabulary))
}
