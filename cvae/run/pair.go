package run

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
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
	e, _, err := r.example(p)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	b := dialog.NewBatch([]dialog.Example{e}, r.Config.Model.Encoder.Start)
	r.model.Tell(b, p.Labels)
	return b, nil
}

// PairUnread is what of a pair does not fit into the window of the model.
type PairUnread struct {
	dialog.Unread     // of its context
	Response      int `json:"response"` // tokens at the end of the response
}

// Unread is what of a pair Score does not read.
func (r *Run) Unread(p Pair) (PairUnread, error) {
	_, unread, err := r.example(p)
	return unread, err
}

// example encodes a pair.
func (r *Run) example(p Pair) (e dialog.Example, unread PairUnread, err error) {
	if r.Config.Model.Mode == cvae.Text && len(p.Context) > 0 {
		return e, unread, fmt.Errorf("%w: a model of sentences has no context", ErrRequest)
	}
	if r.Config.Model.Mode == cvae.Dialogue {
		if e, unread.Unread, err = r.context(p.Context, p.Labels[dialog.PersonaLabel]); err != nil {
			return e, unread, err
		}
	}
	ids, err := r.Tokenizer.Encode(p.Response)
	if err != nil {
		return e, unread, err
	}
	if len(ids) == 0 {
		return e, unread, ErrNoResponse
	}
	e.Response = ids[:min(len(ids), r.Config.Model.Window().Response-1)]
	unread.Response = len(ids) - len(e.Response)
	return e, unread, nil
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

// eachPosterior is [eval.EachPosterior] of this run.
func (r *Run) eachPosterior(ctx context.Context, s *dialog.Set, examples iter.Seq[int], seed uint64, f func(examples []int, p eval.Posteriors) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := eval.EachPosterior(ctx, r.model, s, examples, seed, f); err != nil {
		return fmt.Errorf("inferring posteriors: %w", err)
	}
	return nil
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

// Encoded is what the recognition network makes of one response.
type Encoded struct {
	// Mean and Std are those of the distribution that training draws z
	// from; for Scale-VAE that is the scaled one.
	Mean, Std dialog.Block
	Z         dialog.Block // a draw from it
	KL        float64      // KL(q‖p), nats per response
}

// Encode reads a response with the recognition network. The draw depends on the
// seed.
func (r *Run) Encode(ctx context.Context, p Pair, seed uint64) (Encoded, error) {
	if r.Latent().None() {
		return Encoded{}, fmt.Errorf("%w: method %s has no z to encode a text into", ErrRequest, r.Config.Method)
	}
	b, err := r.pairBatch(ctx, p)
	if err != nil {
		return Encoded{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	result, err := r.model.Score(b, cvae.Draws{Seed: seed, Purpose: rng.Posterior})
	if err != nil {
		return Encoded{}, fmt.Errorf("encoding the response: %w", err)
	}
	return encodedRow(r.Latent(), result, len(b.Target[0])), nil
}

// encodedRow is the first row of a result, of a response of so many words.
func encodedRow(shape cvae.Shape, result *cvae.Result, words int) (e Encoded) {
	n := shape.Width()
	mean, std, z := make([]float32, n), make([]float32, n), make([]float32, n)
	for d := range n {
		e.KL += result.KL[d]
		mean[d], std[d], z[d] = float32(result.Drawn.Mean[d]), float32(math.Exp(0.5*result.Drawn.LogVar[d])), float32(result.Z[d])
	}
	e.Mean, e.Std, e.Z = shape.Block(mean, words), shape.Block(std, words), shape.Block(z, words)
	return e
}

// Likelihood is ln p(response|z, context), in nats, </s> included, and the
// number of words that it sums over.
func (r *Run) Likelihood(ctx context.Context, p Pair, z dialog.Block) (logProb float64, tokens int, err error) {
	row, err := r.Latent().Row(z)
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	b, err := r.pairBatch(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c, _, _ := r.model.EncodeContext(b)
	return -r.model.Distortion(b, c, row)[0], b.Tokens(), nil
}
