package eval

import (
	"context"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A weigher draws importance samples.
type weigher struct {
	model   *Model
	seed    uint64
	samples int
}

// nll returns the importance-weighted negative log-likelihood (B) of a batch
// with its scoring result. The draws of a row depend on its example number and
// not on the batch.
func (w weigher) nll(ctx context.Context, examples []int, b *dialog.Batch, r *cvae.Result) ([]float64, error) {
	weights, err := w.logWeights(ctx, examples, b, r)
	if err != nil {
		return nil, err
	}
	return latent.ImportanceNLL(weights, w.samples)
}

// logWeights returns ln p(x|z_k,c) + ln r(z_k) − ln q̂(z_k) of z_k ~ q̂, (B,K),
// where r is what replies draw z from.
func (w weigher) logWeights(ctx context.Context, examples []int, b *dialog.Batch, r *cvae.Result) ([]float64, error) {
	d := w.model.Latent().Width()
	c, z := w.model.ContextsOf(b, single(r.C)), make([]float32, len(examples)*d)
	weights := make([]float64, len(examples)*w.samples)
	for k := range w.samples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, example := range examples {
			// Rows from batchRows on are streams that scoring does not use.
			draw := rng.New(w.seed, rng.Evaluate, example, batchRows+k)
			weights[i*w.samples+k] = w.drawRow(z[i*d:(i+1)*d], &draw, r, i, len(b.Target[i]))
		}
		if w.model.Latent().Sequence() {
			for i, log := range w.model.LogReplyDensity(b, r, z) {
				weights[i*w.samples+k] += log
			}
		}
		for i, rec := range w.model.Distortion(b, c, z) {
			weights[i*w.samples+k] -= rec
		}
	}
	return weights, nil
}

// drawRow draws z ~ q̂ of row i, a response of so many predicted words, and returns
// ln r(z) − ln q̂(z), without ln r(z) where z is a sequence.
func (w weigher) drawRow(z []float32, draw *rng.Stream, r *cvae.Result, i, words int) float64 {
	d, s := len(z), w.model.Latent()
	mean, logvar := row(r.Drawn.Mean, i, d), row(r.Drawn.LogVar, i, d)
	if s.Spherical() {
		return drawSphere(z, draw, s, mean)
	}
	exact := make([]float64, s.Length(words)) // the densities are those of the z that is decoded
	for k := range exact {
		z[k] = float32(mean[k] + math.Exp(0.5*logvar[k])*draw.Normal())
		exact[k] = float64(z[k])
	}
	if s.Sequence() {
		return -latent.LogDensity(exact, mean[:len(exact)], logvar[:len(exact)])
	}
	return latent.LogDensity(exact, row(r.Generator.Mean, i, d), row(r.Generator.LogVar, i, d)) - latent.LogDensity(exact, mean, logvar)
}

// single converts to float32; nil stays nil.
func single(x []float64) []float32 {
	if x == nil {
		return nil
	}
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}
