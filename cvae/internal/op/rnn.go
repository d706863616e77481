package op

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// An RNN is the parameters of a recurrent Decoder: it starts in a hidden state.
type RNN[T kernel.Float] struct {
	Embedding *Weight[T]
	Layer     *Recurrent[T]
	Latent    *Weight[T] // (G·H, Z): z enters every step; nil: it does not
	// Output reads the hidden states (H), or with Skip [h; z] (H+Z).
	Output *Output[T]
	Skip   bool
	// DropIn and DropOut are the probabilities of dropping an element of the
	// word embeddings and of the hidden states before the output layer,
	// DropWords that of reading <unk> for a word.
	DropIn, DropOut, DropWords float64
	// Fraternal is the weight of the difference between the logits of two
	// passes with different masks; 0: one pass.
	Fraternal float64
}

// Words implements Decoder.
func (d *RNN[T]) Words() *Weight[T] { return d.Embedding }

// ReadsLatent implements Decoder.
func (d *RNN[T]) ReadsLatent() bool { return d.Latent != nil || d.Skip }

// Scorer implements Decoder.
func (d *RNN[T]) Scorer(training bool) Scorer[T] {
	if training && d.Fraternal > 0 {
		return newFraternal(d)
	}
	return &decoding[T]{RNN: d}
}

// latentWidth is Z of a decoder that reads the latent.
func (d *RNN[T]) latentWidth() int {
	if d.Latent != nil {
		return d.Latent.Cols
	}
	return d.Output.Weight.Cols - d.Layer.Hidden
}

// generation is the Stepper of an RNN.
type generation[T kernel.Float] struct {
	*RNN[T]
	team   *kernel.Team
	seq    ragged
	pass   pass[T]
	input  input[T]
	h, c   []T // (M, H) states; c is nil for a GRU
	extra  []T // (M, G·H) what z adds to every step; nil without
	z      []T // (M, Z) of a decoder with Skip, else nil
	wide   []T // (M, H+Z) [h; z]
	logits []T
}

// Generate implements Decoder.
func (d *RNN[T]) Generate(t *kernel.Team, m int, start, z []T) Stepper[T] {
	g := &generation[T]{RNN: d, team: t, h: make([]T, m*d.Layer.Hidden)}
	copy(g.h, start)
	if d.Layer.Cell == LSTM {
		g.c = append([]T(nil), g.h...)
		kernel.Tanh(kernel.PureGo, g.h, g.c)
	}
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
	words := make([]int32, len(g.h)/g.Layer.Hidden)
	for i := range words {
		words[i] = tokenize.Start
	}
	return g.advance(words)
}

// Step implements Stepper.
func (g *generation[T]) Step(words []int32, rows []int) []T {
	g.h = choose(g.h, rows, g.Layer.Hidden)
	g.c = choose(g.c, rows, g.Layer.Hidden)
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

// advance runs one step of the layer and scores the vocabulary.
func (g *generation[T]) advance(words []int32) []T {
	m, v := len(words), g.Output.Weight.Rows
	lengths := make([]int, m)
	for i := range lengths {
		lengths[i] = 1
	}
	g.seq.layout(lengths)
	g.input.read(g.team, g.Embedding, words)
	g.pass.forward(g.team, g.Layer, &g.seq, &g.input, g.h, g.c, g.extra)
	g.h = append(g.h[:0], g.pass.hidden...)
	if g.c != nil {
		g.c = append(g.c[:0], g.pass.cell...)
	}
	g.logits = resize(g.logits, m*v)
	product(g.team, m, g.features(m), g.Output.Weight, g.Output.Bias.each(), g.logits)
	return g.logits
}

// features is what the output layer reads: the hidden states, with Skip [h; z].
func (g *generation[T]) features(m int) []T {
	if !g.Skip {
		return g.h
	}
	h, width := g.Layer.Hidden, g.Output.Weight.Cols
	g.wide = resize(g.wide, m*width)
	for i := range m {
		join(row(g.wide, i, width), row(g.h, i, h), row(g.z, i, width-h))
	}
	return g.wide
}
