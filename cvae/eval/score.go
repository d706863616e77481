package eval

import (
	"context"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

// A Likelihood is what a model thinks of one response, in nats.
type Likelihood struct {
	// Bound is −(rec + KL(q̂‖r)), a lower bound on ln p(x|c) of the generator
	// that replies, from one draw of z ~ q̂; exact without a latent.
	Bound Number `json:"log_prob_bound"`
	// IW is the tighter importance-weighted bound, exact without a latent; not
	// applicable without samples.
	IW     Number `json:"log_prob_iw"`
	Rec    Number `json:"rec"` // −ln p(x|z,c)
	KL     Number `json:"kl"`  // KL(q‖p); not applicable without a latent
	Tokens int    `json:"tokens"`
}

// Score returns the likelihood of every example of a batch of any size, the
// importance-weighted one from that many samples unless they are 0. The draws
// depend on the seed and the place in the batch.
func Score(ctx context.Context, m *Model, b *dialog.Batch, seed uint64, samples int) ([]Likelihood, error) {
	if err := (Options{Samples: samples}).validate(); err != nil {
		return nil, err
	}
	scores := make([]Likelihood, 0, b.Size())
	for lo := 0; lo < b.Size(); lo += batchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := b.Slice(lo, min(b.Size(), lo+batchRows))
		r, err := run(m, part, seed, lo/batchRows)
		if err != nil {
			return nil, err
		}
		for i, rec := range r.Rec {
			scores = append(scores, likelihood(m.Latent(), r, i, rec, len(part.Target[i])))
		}
		if err := weigh(ctx, weigher{m, seed, samples}, scores[lo:], lo, part, r); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

func likelihood(s cvae.Shape, r *cvae.Result, i int, rec float64, tokens int) Likelihood {
	l := Likelihood{Bound: Number(-rec - replyRate(s, r, i)), IW: unknown, Rec: Number(rec), KL: unknown, Tokens: tokens}
	if !s.None() {
		l.KL = 0
		for _, v := range row(r.KL, i, s.Width()) {
			l.KL += Number(v)
		}
	}
	return l
}

// weigh fills in the importance-weighted bounds of the examples from lo on.
func weigh(ctx context.Context, w weigher, scores []Likelihood, lo int, b *dialog.Batch, r *cvae.Result) error {
	if w.model.Latent().None() {
		for i := range scores {
			scores[i].IW = scores[i].Bound
		}
		return nil
	}
	if w.samples == 0 || !w.model.Latent().HasDensity() {
		return nil
	}
	examples := make([]int, len(scores))
	for i := range examples {
		examples[i] = lo + i
	}
	nll, err := w.nll(ctx, examples, b, r)
	for i, v := range nll {
		scores[i].IW = Number(-v)
	}
	return err
}
