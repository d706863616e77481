package run

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// A Pair is a given response and what is known before it.
type Pair struct {
	Context  []string          // turns, oldest first; none in text mode
	Labels   map[string]string // those that the run is told; others are passed over
	Response string
}

// Score is what the model thinks of the response, with so many importance
// samples.
func (r *Run) Score(ctx context.Context, p Pair, seed uint64, samples int) (eval.Likelihood, error) {
	b, err := r.pairBatch(ctx, p)
	if err != nil {
		return eval.Likelihood{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	scores, err := eval.Score(ctx, r.model, b, seed, samples)
	if err != nil {
		return eval.Likelihood{}, err
	}
	return scores[0], nil
}

// pairBatch lays out a pair.
func (r *Run) pairBatch(ctx context.Context, p Pair) (*dialog.Batch, error) {
	e, err := r.example(p)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	b := dialog.NewBatch([]dialog.Example{e}, r.Config.Model.Encoder.Start)
	r.model.Tell(b, p.Labels)
	return b, nil
}

// example encodes a pair.
func (r *Run) example(p Pair) (e dialog.Example, err error) {
	if r.Config.Model.Mode == cvae.Text && len(p.Context) > 0 {
		return e, fmt.Errorf("%w: a model of sentences has no context", ErrRequest)
	}
	if r.Config.Model.Mode == cvae.Dialogue {
		if e, err = r.context(p.Context, p.Labels[dialog.PersonaLabel]); err != nil {
			return e, err
		}
	}
	ids, err := r.Tokenizer.Encode(p.Response)
	if err != nil {
		return e, err
	}
	if len(ids) == 0 {
		return e, fmt.Errorf("%w: the response holds no word", ErrRequest)
	}
	e.Response = ids[:min(len(ids), r.Config.Model.Window().Response-1)]
	return e, nil
}

// withPersona puts the persona of the responding speaker before the context of an
// example, as training does. A run that is not told personas reads none.
func (r *Run) withPersona(e dialog.Example, persona string) (dialog.Example, error) {
	lines, err := r.Config.Model.Window().PersonaTurns(r.Tokenizer, persona)
	if err != nil {
		return e, err
	}
	e.Context = append(lines, e.Context...)
	e.Floor = append(bytes.Repeat([]byte{1}, len(lines)), e.Floor...)
	return e, nil
}

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
