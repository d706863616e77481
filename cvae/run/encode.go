package run

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Code is what the recognition network makes of one response.
type Code struct {
	// Mean and Std (Z) are those of the distribution that training draws z
	// from; for Scale-VAE that is the scaled one.
	Mean, Std []float32
	Z         []float32 // (Z) a draw from it
	KL        float64   // KL(q‖p), nats per response
}

// Encode reads a response with the recognition network. The draw depends on the
// seed.
func (r *Run) Encode(ctx context.Context, p Pair, seed uint64) (Code, error) {
	if r.model.Parts.Latent != cvae.Vector {
		return Code{}, fmt.Errorf("%w: method %s has no vector z to encode a text into", ErrRequest, r.Config.Method)
	}
	both, err := r.pairBatch(p, 2) // the smallest graph
	if err != nil {
		return Code{}, err
	}
	if err := ctx.Err(); err != nil {
		return Code{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	g, err := r.model.ScoringGraph(both.Size())
	if err != nil {
		return Code{}, err
	}
	result, err := g.Run(both, cvae.Draws{Seed: seed, Purpose: rng.Posterior}, 1)
	if err != nil {
		return Code{}, fmt.Errorf("encoding the response: %w", err)
	}
	return r.code(result), nil
}

// code is the first row of a result.
func (r *Run) code(result *cvae.Result) (c Code) {
	for d := range r.Config.Model.Latent.Dim {
		c.KL += result.KL[d]
		c.Z = append(c.Z, float32(result.Z[d]))
		c.Mean = append(c.Mean, float32(result.Drawn.Mean[d]))
		c.Std = append(c.Std, float32(math.Exp(0.5*result.Drawn.LogVar[d])))
	}
	return c
}

// Likelihood is ln p(response|z, context), in nats, </s> included, and the
// number of words that it sums over.
func (r *Run) Likelihood(ctx context.Context, p Pair, z []float32) (logProb float64, tokens int, err error) {
	if d := r.Config.Model.Latent.Dim; r.model.Parts.Latent != cvae.Vector || len(z) != d {
		return 0, 0, fmt.Errorf("%w: %d numbers are no latent of this model", ErrRequest, len(z))
	}
	b, err := r.pairBatch(p, 1)
	if err != nil {
		return 0, 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c, _, _ := r.model.Condition(b)
	return -r.model.Distortion(b, c, z)[0], b.Tokens(), nil
}
