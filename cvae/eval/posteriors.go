package eval

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"

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
	// DrawnMean and DrawnStd are those of q̂ in the coordinates of z. On a sphere the
	// deviation is no more than a width.
	DrawnMean, DrawnStd []float64
	Z                   []float64 // a draw from q̂
	Prior               []float64 // a draw from r, which replies draw z from
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

// EachPosterior reads the examples of s with these numbers and gives f what it makes of
// some of them at a time, which f may keep. The draws depend on the seed and the place in
// the sequence.
func EachPosterior(ctx context.Context, m *Model, s *dialog.Set, examples iter.Seq[int], seed uint64, f func(examples []int, p Posteriors) error) error {
	if !m.Latent().HasPlane() {
		return errors.New("the model has no latent vector")
	}
	first := 0
	for chunk := range chunks(examples, batchRows) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := m.Batch(s, chunk)
		withoutDecoding(b)
		r, err := run(m, b, seed, first/batchRows)
		if err != nil {
			return err
		}
		p := Posteriors{D: m.Latent().Width(), shape: m.Latent()}
		for i := range b.Target {
			p.add(r, i, rng.New(seed, rng.Prior, first+i, 0))
		}
		if err := f(chunk, p); err != nil {
			return err
		}
		first += len(chunk)
	}
	return nil
}

// chunks cuts a sequence into pieces of n numbers, the last of which may be shorter.
func chunks(numbers iter.Seq[int], n int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		var chunk []int
		for i := range numbers {
			if chunk = append(chunk, i); len(chunk) < n {
				continue
			}
			if !yield(chunk) {
				return
			}
			chunk = nil
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}

// InferPosteriors is EachPosterior for examples of which all is kept. progress may be nil.
func InferPosteriors(ctx context.Context, m *Model, s *dialog.Set, examples []int, seed uint64, progress func(done, total int)) (Posteriors, error) {
	all := Posteriors{D: m.Latent().Width(), shape: m.Latent()}
	done := 0
	err := EachPosterior(ctx, m, s, slices.Values(examples), seed, func(chunk []int, p Posteriors) error {
		all.Mean, all.Shift, all.Std = append(all.Mean, p.Mean...), append(all.Shift, p.Shift...), append(all.Std, p.Std...)
		all.DrawnMean, all.DrawnStd = append(all.DrawnMean, p.DrawnMean...), append(all.DrawnStd, p.DrawnStd...)
		all.Z, all.Prior = append(all.Z, p.Z...), append(all.Prior, p.Prior...)
		if done += len(chunk); progress != nil {
			progress(done, len(examples))
		}
		return nil
	})
	return all, err
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
	p.DrawnMean = append(p.DrawnMean, at(r.Drawn.Mean)...)
	for _, v := range at(r.Drawn.LogVar) {
		p.DrawnStd = append(p.DrawnStd, math.Exp(0.5*v))
	}
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
