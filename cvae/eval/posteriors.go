package eval

import (
	"context"
	"errors"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// Posteriors is what the recognition network makes of N examples, (N,Z) each.
type Posteriors struct {
	D     int
	shape cvae.Shape
	Mean  []float64 // μ of q, which the rate is charged for
	// Shift and Std are mean and deviation of q̂, which z is drawn from, in the
	// coordinates in which the prior of the example is N(0,I).
	Shift, Std []float64
	Z          []float64 // a draw from q̂
	Prior      []float64 // a draw from r, which replies draw z from
}

// MPD is their mutual posterior divergence, in nats, whitened as mi.full is. It
// is unknown for fewer than two examples and for a model that has diverged.
func (p Posteriors) MPD() Number {
	mean, std := apart(p.shape, p.Shift, p.Std)
	mpd, err := latent.MPD(mean, std, p.D)
	if err != nil {
		return unknown
	}
	return Number(mpd)
}

// InferPosteriors reads the examples of s with these numbers. The draws depend
// on the seed and the place in the list. progress may be nil.
func InferPosteriors(ctx context.Context, m *Model, s *dialog.Set, examples []int, seed uint64, progress func(done, total int)) (Posteriors, error) {
	if !m.Latent().HasPlane() {
		return Posteriors{}, errors.New("the model has no latent vector")
	}
	p := Posteriors{D: m.Latent().Width(), shape: m.Latent()}
	for lo := 0; lo < len(examples); lo += batchRows {
		if err := ctx.Err(); err != nil {
			return Posteriors{}, err
		}
		b := m.Batch(s, examples[lo:min(len(examples), lo+batchRows)])
		withoutDecoding(b)
		r, err := run(m, b, seed, lo/batchRows)
		if err != nil {
			return Posteriors{}, err
		}
		for i := range b.Target {
			p.add(r, i, rng.New(seed, rng.Prior, lo+i, 0))
		}
		if progress != nil {
			progress(lo+b.Size(), len(examples))
		}
	}
	return p, nil
}

// withoutDecoding leaves the decoder a word each: the posterior does not ask
// what it thinks, and it would cost most of the time.
func withoutDecoding(b *dialog.Batch) {
	for i := range b.Target {
		b.Target[i] = []int32{tokenize.End}
	}
}

// add takes in row i of a result.
func (p *Posteriors) add(r *cvae.Result, i int, noise rng.Stream) {
	at := func(m []float64) []float64 { return row(m, i, p.D) }
	shift, std := make([]float64, p.D), make([]float64, p.D)
	latent.Whiten(shift, std, at(r.Drawn.Mean), at(r.Drawn.LogVar), at(r.P.Mean), at(r.P.LogVar))
	p.Mean = append(p.Mean, at(r.Q.Mean)...)
	p.Shift, p.Std = append(p.Shift, shift...), append(p.Std, std...)
	p.Z = append(p.Z, at(r.Z)...)
	mean, logvar := at(r.Generator.Mean), at(r.Generator.LogVar)
	for d := range p.D {
		z := noise.Normal()
		if logvar != nil {
			z *= math.Exp(0.5 * logvar[d])
		}
		if mean != nil {
			z += mean[d]
		}
		p.Prior = append(p.Prior, z)
	}
	fromPrior(p.shape, p.Prior[len(p.Prior)-p.D:])
}
