package run

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

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
