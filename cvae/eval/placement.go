package eval

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Probes is the number of examples that a Placement follows through the batches.
const Probes = 64

// A Placement is where training puts examples in the latent space: the means of
// q̂ with the statistics of their batches, in the coordinates in which the prior
// is N(0, I). A method that normalises or scales by batch may put one example at
// as many places as there are batches, and examples of different batches at one
// place; saved statistics then no longer show what the decoder has learnt from.
type Placement struct {
	// Displacement is how far fixed examples move between the batches that they
	// are put in: the root of the share of the variance of their places that is
	// not between examples. 0: the batch does not matter; 1: nothing else does.
	Displacement Number `json:"displacement"`
	// Regrouped is the displacement between batches of one group each, whatever
	// those of training are; unknown where no group fills a batch.
	Regrouped Number `json:"regrouped"`
	// Separation is the share of the variance of all examples, each in its own
	// batch, that lies between the groups.
	Separation Number `json:"separation"`
	// Procrustes compares the places of those examples with their places under
	// saved statistics: 0 is the same shape, 1 nothing in common.
	Procrustes Number `json:"procrustes"`
	// Trained and Saved are those places, (N,D) each, and Groups the groups (N).
	D       int       `json:"d"`
	Trained []float64 `json:"trained"`
	Saved   []float64 `json:"saved"`
	Groups  []int     `json:"groups"`
}

// A placer runs the training graph of a model without training it.
type placer struct {
	model *Model
	set   *dialog.Set
	graph *cvae.Graph[float32]
	d     int
	seed  uint64
}

// Place places the examples of batches, which are of one size. group numbers
// all examples of s from 0.
func Place(ctx context.Context, m *Model, s *dialog.Set, batches [][]int, group []int, seed uint64) (p Placement, err error) {
	if !m.Latent().HasPlane() {
		return p, errors.New("the model has no latent vector")
	}
	if len(batches) == 0 || len(group) != s.Len() {
		return p, fmt.Errorf("placing examples: %d batches, and groups of %d of %d examples", len(batches), len(group), s.Len())
	}
	at := placer{model: m, set: s, d: m.Latent().Width(), seed: seed}
	if at.graph, err = m.TrainingGraph(len(batches[0])); err != nil {
		return p, err
	}
	defer m.ZeroGrad(nn.Whole) // a training graph adds to the gradients
	p.D = at.d
	var examples []int
	for _, b := range batches {
		places, err := at.batch(ctx, b)
		if err != nil {
			return p, err
		}
		p.Trained, examples = append(p.Trained, places...), append(examples, b...)
	}
	for _, e := range examples {
		p.Groups = append(p.Groups, group[e])
	}
	saved, err := InferPosteriors(ctx, m, s, examples, seed, nil)
	if err != nil {
		return p, err
	}
	p.Saved = saved.Shift
	if p.Displacement, err = at.displacement(ctx, batches); err != nil {
		return p, err
	}
	if p.Regrouped, err = at.displacement(ctx, regroup(group, len(batches[0]), at.draw())); err != nil {
		return p, err
	}
	return p, p.measure()
}

// groupBatches bounds the batches of one group.
const groupBatches = 8

// regroup cuts batches of n examples of one group each, in random order.
func regroup(group []int, n int, draw rng.Permutation) (batches [][]int) {
	open, full := map[int][]int{}, map[int]int{}
	for _, e := range draw.First(len(group)) {
		g := group[e]
		if open[g] = append(open[g], e); len(open[g]) < n {
			continue
		}
		if full[g]++; full[g] <= groupBatches {
			batches = append(batches, open[g])
		}
		open[g] = nil
	}
	return batches
}

// measure fills in what the places say of the examples in their own batches.
func (p *Placement) measure() error {
	groups, renumbered := map[int]int{}, make([]int, len(p.Groups)) // those that the batches have, without a gap
	for i, g := range p.Groups {
		if _, known := groups[g]; !known {
			groups[g] = len(groups)
		}
		renumbered[i] = groups[g]
	}
	separation, err := latent.Separation(p.Trained, renumbered, p.D)
	if err != nil {
		return err
	}
	disparity, err := latent.Procrustes(p.Trained, p.Saved, p.D)
	p.Separation, p.Procrustes = Number(separation), Number(disparity)
	return err
}

// batch are the places of a batch's examples, (B,D).
func (p *placer) batch(ctx context.Context, examples []int) (places []float64, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	b := p.model.Batch(p.set, examples)
	withoutDecoding(b)
	r, err := p.graph.Run(b, cvae.Draws{Seed: p.seed, Purpose: rng.Evaluate}, 1)
	if err != nil {
		return nil, err
	}
	mean, std := make([]float64, p.d), make([]float64, p.d)
	for i := range examples {
		at := func(m []float64) []float64 { return row(m, i, p.d) }
		latent.Whiten(mean, std, at(r.Drawn.Mean), at(r.Drawn.LogVar), at(r.P.Mean), at(r.P.LogVar))
		places = append(places, mean...)
	}
	return places, nil
}

// draw is a random order of all examples, the first of which are the probes.
func (p *placer) draw() rng.Permutation {
	stream := rng.New(p.seed, rng.Evaluate, -6, 0)
	return stream.Permutation(p.set.Len())
}

// displacement puts each of the probes into each batch, in place of its first
// example, and says how far it moves.
func (p *placer) displacement(ctx context.Context, batches [][]int) (Number, error) {
	var places []float64
	var numbers []int
	for n, e := range p.draw().First(min(Probes, p.set.Len())) {
		for _, b := range batches {
			all, err := p.batch(ctx, append([]int{e}, b[1:]...))
			if err != nil {
				return unknown, err
			}
			places, numbers = append(places, all[:p.d]...), append(numbers, n)
		}
	}
	if places == nil {
		return unknown, nil
	}
	kept, err := latent.Separation(places, numbers, p.d)
	return Number(math.Sqrt(max(0, 1-kept))), err
}
