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
	z      []T // (M, Z) of a decoder with Skip, (M, T·Z) of one with Steps, else nil
	step   int // of the next word
	wide   []T // (M, H+Z) [h; z]

	source    *Source[T] // of a decoder with Attention
	of        []int      // by hypothesis, its example of the source
	attentive attentive[T]
	seq       ragged // of a word for each hypothesis
	logits    []T
}

// Generate implements Decoder.
func (d *Autoregressive[T]) Generate(t *kernel.Team, m int, start, z []T, s *Source[T]) Stepper[T] {
	g := &generation[T]{Autoregressive: d, team: t, m: m, states: d.Network.begin(t, m, start, s)}
	if d.Attention != nil {
		g.source, g.of, g.attentive.Attention = s, s.examplesOf(m), d.Attention
	}
	if d.Latent != nil {
		g.extra = make([]T, m*d.Latent.Rows)
	}
	if d.Latent != nil && d.Steps == 0 {
		product(t, m, z, d.Latent, kernel.Base[T]{}, g.extra)
	}
	if d.Skip || d.Steps > 0 {
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
	g.z = choose(g.z, rows, max(1, g.Steps)*g.latentWidth())
	g.of = choose(g.of, rows, 1)
	return g.advance(words)
}

// latent is z of the next word (M, Z), of a decoder with Skip or Steps.
func (g *generation[T]) latent() []T {
	if g.Steps == 0 {
		return g.z
	}
	width := g.latentWidth()
	now := make([]T, g.m*width)
	for i := range g.m {
		if g.step < g.Steps {
			copy(row(now, i, width), row(row(g.z, i, g.Steps*width), g.step, width))
		}
	}
	return now
}

// choose returns the given rows of m (M, n), in order; nil stays nil.
func choose[T any](m []T, rows []int, n int) []T {
	if m == nil {
		return nil
	}
	out := make([]T, len(rows)*n)
	for i, r := range rows {
		copy(out[i*n:], m[r*n:(r+1)*n])
	}
	return out
}

// advance runs one step of the network and scores the vocabulary.
func (g *generation[T]) advance(words []int32) []T {
	g.input.read(g.team, g.Embedding, words)
	z := g.latent()
	if g.Latent != nil && g.Steps > 0 {
		product(g.team, g.m, z, g.Latent, kernel.Base[T]{}, g.extra)
	}
	g.step++
	h := g.states.advance(&g.input, g.extra)
	if g.Attention != nil {
		g.seq.singles(g.m)
		h = g.attentive.forward(g.team, &g.seq, g.source, g.of, h)
	}
	g.logits = resize(g.logits, g.m*g.Output.Weight.Rows)
	product(g.team, g.m, g.features(h, z), g.Output.Weight, g.Output.Bias.each(), g.logits)
	return g.logits
}

// features is what the output layer reads: the hidden states, with Skip [h; z].
func (g *generation[T]) features(hidden, z []T) []T {
	if !g.Skip {
		return hidden
	}
	h, width := g.Network.Width(), g.Output.Weight.Cols
	g.wide = resize(g.wide, g.m*width)
	for i := range g.m {
		join(row(g.wide, i, width), row(hidden, i, h), row(z, i, width-h))
	}
	return g.wide
}
