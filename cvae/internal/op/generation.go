package op

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// generation is the Stepper of an Autoregressive.
type generation[T kernel.Float] struct {
	*Autoregressive[T]
	team   *kernel.Team
	m      int // hypotheses
	input  input[T]
	states states[T]
	extra  []T // (M, Extra) what z adds to every step; nil without
	z      []T // (M, Z) of a decoder with Skip, else nil
	wide   []T // (M, H+Z) [h; z]
	logits []T
}

// Generate implements Decoder.
func (d *Autoregressive[T]) Generate(t *kernel.Team, m int, start, z []T) Stepper[T] {
	g := &generation[T]{Autoregressive: d, team: t, m: m, states: d.Network.begin(t, m, start)}
	if d.Latent != nil {
		g.extra = make([]T, m*d.Latent.Rows)
		product(t, m, z, d.Latent, kernel.Base[T]{}, g.extra)
	}
	if d.Skip {
		g.z = append([]T(nil), z...)
	}
	return g
}

// Begin implements Stepper.
func (g *generation[T]) Begin() []T {
	words := make([]int32, g.m)
	for i := range words {
		words[i] = tokenize.Start
	}
	return g.advance(words)
}

// Step implements Stepper.
func (g *generation[T]) Step(words []int32, rows []int) []T {
	g.m = len(rows)
	g.states.keep(rows)
	if g.Latent != nil {
		g.extra = choose(g.extra, rows, g.Latent.Rows)
	}
	if g.Skip {
		g.z = choose(g.z, rows, g.latentWidth())
	}
	return g.advance(words)
}

// choose returns the given rows of m (M, n), in order; nil stays nil.
func choose[T kernel.Float](m []T, rows []int, n int) []T {
	if m == nil {
		return nil
	}
	out := make([]T, len(rows)*n)
	for i, r := range rows {
		copy(row(out, i, n), row(m, r, n))
	}
	return out
}

// advance runs one step of the network and scores the vocabulary.
func (g *generation[T]) advance(words []int32) []T {
	g.input.read(g.team, g.Embedding, words)
	h := g.states.advance(&g.input, g.extra)
	g.logits = resize(g.logits, g.m*g.Output.Weight.Rows)
	product(g.team, g.m, g.features(h), g.Output.Weight, g.Output.Bias.each(), g.logits)
	return g.logits
}

// features is what the output layer reads: the hidden states, with Skip [h; z].
func (g *generation[T]) features(hidden []T) []T {
	if !g.Skip {
		return hidden
	}
	h, width := g.Network.Width(), g.Output.Weight.Cols
	g.wide = resize(g.wide, g.m*width)
	for i := range g.m {
		join(row(g.wide, i, width), row(hidden, i, h), row(g.z, i, width-h))
	}
	return g.wide
}
