// Package eval measures a model on a set of examples: its likelihood, its rate
// and whether its latent variable is alive. The formulas are those of package
// latent.
package eval

import (
	"cmp"
	"context"
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Model is what is measured.
type Model = cvae.Model[float32]

// batchRows is how many examples are scored at once.
const batchRows = 64

// Each scores the examples of a set in batches of similar length and calls f
// with the example numbers, their batch and their result. The draws depend on
// the seed and the place in that order alone. It stops when ctx ends.
func Each(ctx context.Context, m *Model, s *dialog.Set, seed uint64, f func(examples []int, b *dialog.Batch, r *cvae.Result) error) error {
	return each(ctx, m, s, everyone(s), seed, f)
}

// everyone is the numbers of all examples.
func everyone(s *dialog.Set) []int {
	order := make([]int, s.Len())
	for i := range order {
		order[i] = i
	}
	return order
}

// batches are those of some examples, whose order it changes, shortest first.
func batches(s *dialog.Set, order []int) [][]int {
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Length(a), s.Length(b)) })
	return slices.Collect(slices.Chunk(order, batchRows))
}

// each is Each over some examples, whose order it changes.
func each(ctx context.Context, m *Model, s *dialog.Set, order []int, seed uint64, f func(examples []int, b *dialog.Batch, r *cvae.Result) error) error {
	for step, examples := range batches(s, order) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := m.Batch(s, examples)
		r, err := run(m, b, seed, step)
		if err != nil {
			return err
		}
		if err := f(examples, b, r); err != nil {
			return err
		}
	}
	return nil
}

// Largest scores the longest examples of a set, as many as are scored at once,
// and decodes them as importance sampling does: no other batch of an evaluation
// needs more memory.
func Largest(m *Model, s *dialog.Set) error {
	order := slices.Concat(batches(s, everyone(s))...)
	b := m.Batch(s, order[max(0, len(order)-batchRows):])
	r, err := run(m, b, 0, 0)
	if err == nil && m.Latent().HasDensity() {
		m.Distortion(b, m.ContextsOf(b, single(r.C)), make([]float32, b.Size()*m.Latent().Width()))
	}
	return err
}

// run scores a batch.
func run(m *Model, b *dialog.Batch, seed uint64, step int) (*cvae.Result, error) {
	return m.Score(b, cvae.Draws{Seed: seed, Purpose: rng.Evaluate, Step: step})
}

// rate is KL(q̂‖p) of row i, nats, or KL(q‖p) of the method where these are no
// Gaussians; 0 without a latent.
func rate(s cvae.Shape, r *cvae.Result, i int, p cvae.Moments) (sum float64) {
	d := s.Width()
	if s.Sequence() || s.Spherical() {
		for _, v := range row(r.KL, i, d) {
			sum += v
		}
		return sum
	}
	return latent.KL(row(r.Drawn.Mean, i, d), row(r.Drawn.LogVar, i, d), row(p.Mean, i, d), row(p.LogVar, i, d))
}

// replyRate is the rate of row i, nats, from what replies draw z from.
func replyRate(s cvae.Shape, r *cvae.Result, i int) float64 {
	kl := rate(s, r, i, r.Generator)
	if r.Gain != nil {
		kl -= r.Gain[i]
	}
	return kl
}

// row returns row i of a matrix of d columns; nil stays nil.
func row(m []float64, i, d int) []float64 {
	if m == nil {
		return nil
	}
	return m[i*d : (i+1)*d]
}
