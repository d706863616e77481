package run

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// Latent is the shape of z.
func (r *Run) Latent() cvae.Shape { return r.model.Latent() }

// Posteriors reads examples of a set with the recognition network; see
// [eval.InferPosteriors].
func (r *Run) Posteriors(ctx context.Context, s *dialog.Set, examples []int, seed uint64, progress func(done, total int)) (eval.Posteriors, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := eval.InferPosteriors(ctx, r.model, s, examples, seed, progress)
	if err != nil {
		return p, fmt.Errorf("inferring posteriors: %w", err)
	}
	return p, nil
}

// ScoreSentences is what a model of sentences without a latent thinks of texts.
// A text without a word is its </s> alone.
func (r *Run) ScoreSentences(ctx context.Context, texts []string) ([]eval.Likelihood, error) {
	if !r.Sentences() || !r.Latent().None() {
		return nil, fmt.Errorf("%w: method %s in mode %s is no language model of sentences", ErrRequest, r.Config.Method, r.Config.Model.Mode)
	}
	examples := make([]dialog.Example, len(texts))
	for i, text := range texts {
		ids, err := r.Tokenizer.Encode(text)
		if err != nil {
			return nil, err
		}
		examples[i].Response = ids[:min(len(ids), r.Config.Model.Window().Response-1)]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return eval.Score(ctx, r.model, dialog.NewBatch(examples, r.Config.Model.Encoder.Start), 0, 0)
}
