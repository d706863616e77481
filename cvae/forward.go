package cvae

import (
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog"
)

// An executor computes the layers of a model on the batch it holds: nodes adds
// them to a graph, numbers works them out at once. V is a matrix with a row per
// example. What feeds what is written once, in the functions below.
type executor[T Float, V any] interface {
	context(*op.ContextEncoder[T]) V
	labels(l *op.Labels[T], c V) V
	affine(a *op.Affine[T], inputs ...V) V
	act(a *op.Act[T], logits V) V // what the decoder is told of the act
}

// encodeContext is the features c of the contexts, (B,H).
func encodeContext[T Float, V any](e executor[T, V], m *Model[T]) V {
	c := e.context(m.context)
	if m.labels != nil {
		c = e.labels(m.labels, c)
	}
	return c
}

// gaussian is the mean and the log-variance (B,Z) that a head reads off its
// inputs.
func gaussian[T Float, V any](e executor[T, V], h *nn.Head[T], inputs ...V) (mean, logvar V) {
	if h.Hidden != nil {
		inputs = []V{e.affine(h.Hidden, inputs...)}
	}
	return e.affine(h.Mean, inputs...), e.affine(h.LogVar, inputs...)
}

// given is what the decoder is given of c and z: what the model has.
func given[T Float, V any](m *Model[T], c, z V) (inputs []V) {
	if m.context != nil {
		inputs = append(inputs, c)
	}
	if !m.Latent().None() {
		inputs = append(inputs, z)
	}
	return inputs
}

// beginning is what the decoder starts from of c and z. It must not know of z_t
// before word t, so nothing of a sequence.
func beginning[T Float, V any](m *Model[T], c, z V) []V {
	if m.Latent().Sequence() {
		return given(m, c, z)[:len(m.beginningWidths())]
	}
	return given(m, c, z)
}

// actLogits is those of the acts (B,K).
func actLogits[T Float, V any](e executor[T, V], a *op.Act[T], given []V) V {
	return e.affine(a.Logits, e.affine(a.Hidden, given...))
}

// start is what the decoder starts from, (B,H); there is none without an input.
func start[T Float, V any](e executor[T, V], m *Model[T], given []V) (none V) {
	if m.start == nil {
		return none
	}
	if m.act != nil {
		given = append(slices.Clip(given), e.act(m.act, actLogits(e, m.act, given)))
	}
	return e.affine(m.start, given...)
}

// numbers computes n rows without a graph.
type numbers[T Float] struct {
	team   *Team
	batch  *dialog.Batch
	n      int
	source *op.Source[T]
}

func (e numbers[T]) context(w *op.ContextEncoder[T]) []T {
	c := make([]T, e.n*w.Layer.Hidden)
	w.Encode(e.team, e.batch, c, e.source)
	return c
}

func (e numbers[T]) labels(l *op.Labels[T], c []T) []T {
	out := make([]T, len(c)+e.n*l.Width())
	l.Append(e.batch, c, out)
	return out
}

func (e numbers[T]) affine(a *op.Affine[T], inputs ...[]T) []T {
	out := make([]T, e.n*a.Width())
	a.Run(e.team, e.n, inputs, out)
	return out
}

func (e numbers[T]) act(a *op.Act[T], logits []T) []T {
	out := make([]T, e.n*a.Embedding.Cols)
	a.Mix(logits, out)
	return out
}

// Contexts is the contexts of responses as the decoder reads them.
type Contexts[T Float] struct {
	C      []T           // (B,H) their features; nil without a context
	source *op.Source[T] // the states of their words; nil unless the decoder attends to them
}

// Repeat is the contexts n times, all of them once before any comes again.
func (c Contexts[T]) Repeat(n int) Contexts[T] {
	c.C = slices.Repeat(c.C, n)
	return c // the hypotheses of a source go round its examples
}

// Append adds one context, of n hypotheses more, to the contexts of hypotheses.
func (c Contexts[T]) Append(one Contexts[T], n int) Contexts[T] {
	for range n {
		c.C = append(c.C, one.C...)
	}
	if one.source != nil {
		if c.source == nil {
			c.source = &op.Source[T]{}
		}
		c.source.Append(one.source, n)
	}
	return c
}

// newSource is where the states of the words of contexts go.
func (m *Model[T]) newSource() *op.Source[T] {
	if m.context == nil || m.context.Age == nil {
		return nil
	}
	return &op.Source[T]{}
}

// EncodeContext encodes the contexts of a batch without a graph, and returns the
// prior's mean and log-variance (B,Z) besides. All are nil where the model has none.
func (m *Model[T]) EncodeContext(b *dialog.Batch) (c Contexts[T], mean, logvar []T) {
	if m.context == nil {
		return c, nil, nil
	}
	e := numbers[T]{m.team, b, b.Size(), m.newSource()}
	c = Contexts[T]{encodeContext(e, m), e.source}
	if m.prior != nil {
		mean, logvar = gaussian(e, m.prior, c.C)
	}
	return c, mean, logvar
}

// ContextsOf is the contexts of a batch whose features c (B,H) are known, as they are
// from its Result. Only a decoder that attends to their words has them read again.
func (m *Model[T]) ContextsOf(b *dialog.Batch, c []T) Contexts[T] {
	out := Contexts[T]{C: c, source: m.newSource()}
	if out.source != nil {
		numbers[T]{m.team, b, b.Size(), out.source}.context(m.context)
	}
	return out
}

// PredictActs is the probabilities (n,K) of the acts of n responses given c
// (n,H) and z (n,Z), those of act id 1 first; nil without a head for them.
func (m *Model[T]) PredictActs(n int, c, z []T) []T {
	if m.act == nil {
		return nil
	}
	out := actLogits(numbers[T]{team: m.team, n: n}, m.act, beginning(m, c, z))
	m.act.Probabilities(out, out)
	return out
}

// initial is what the decoder starts n hypotheses from.
func (m *Model[T]) initial(n int, c, z []T) []T {
	return start(numbers[T]{team: m.team, n: n}, m, beginning(m, c, z))
}

// Generate starts n hypotheses from their contexts and z (n,Z), nil where the model
// has none.
func (m *Model[T]) Generate(n int, c Contexts[T], z []T) op.Stepper[T] {
	return m.decoder.Generate(m.team, n, m.initial(n, c.C, z), z, c.source)
}

// Distortion returns −ln p(x|z,c) of every example, (B) in nats per response,
// for their contexts and z (B,Z), without a graph.
func (m *Model[T]) Distortion(b *dialog.Batch, c Contexts[T], z []T) []float64 {
	loss := make([]float64, b.Size())
	m.decoder.Scorer(false, c.source).Forward(m.team, &op.Batch{Batch: b}, m.initial(b.Size(), c.C, z), z, loss)
	return loss
}
