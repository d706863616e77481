package op

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// A Batch is what the sequence ops of one graph read in the next run.
type Batch struct {
	*dialog.Batch
	// Weight is the factor of every row's loss in the objective, of either sign; 0
	// only scores, without dropout and gradients.
	Weight float64
	// Seed and Step key the dropout masks of the run.
	Seed uint64
	Step int
	// Of is the batch that the rows are some of, First the number of the first one in it;
	// nil: they are all.
	Of    *dialog.Batch
	First int
	// Alone leaves out the second pass of a decoder that denoises.
	Alone bool
}

// whole is the batch that the rows are of.
func (b *Batch) whole() *dialog.Batch {
	if b.Of == nil {
		return b.Batch
	}
	return b.Of
}

// A ContextEncoder is the parameters of the hierarchical encoder (Serban et
// al. 2016): a Reader for the turns and a recurrent layer over their features
// and, with Floor, a one-hot of two that says whether the turn is by the
// speaker of the response.
type ContextEncoder[T kernel.Float] struct {
	Turns *Reader[T]
	Layer *Recurrent[T]
	Floor bool
	// Age (turns, Turns.Width) is what a Source adds to the states of the words of the
	// last turn, of the one before, and so on; nil: nobody attends to them.
	Age *Weight[T]
}

// Width is the number of inputs of the context layer.
func (c *ContextEncoder[T]) Width() int {
	if c.Floor {
		return c.Turns.Width() + 2
	}
	return c.Turns.Width()
}

// Encode writes the features of the contexts of a batch to out (B, H), without
// a graph, and the states of their words to source; nil: nowhere.
func (c *ContextEncoder[T]) Encode(t *kernel.Team, b *dialog.Batch, out []T, source *Source[T]) {
	(&contextPass[T]{ContextEncoder: c, turns: reading[T]{source: source}}).forward(t, b, out, false)
}

// contextPass is the activations of one run of a ContextEncoder.
type contextPass[T kernel.Float] struct {
	*ContextEncoder[T]
	turns    reading[T]
	list     [][]int32
	first    []int // first[i] is the number of turns before example i's
	features []T   // (turns, Turns.Width), then their gradient
	seq      ragged
	lengths  []int
	input    input[T] // (turns, Width)
	pass     pass[T]
	dhidden  []T
	path     kernel.Path
}

func (c *contextPass[T]) forward(t *kernel.Team, b *dialog.Batch, out []T, gradient bool) {
	c.path = t.Path()
	c.list, c.first, c.lengths = c.list[:0], c.first[:0], c.lengths[:0]
	for _, context := range b.Context {
		c.first = append(c.first, len(c.list))
		c.lengths = append(c.lengths, len(context))
		c.list = append(c.list, context...)
	}
	c.features = resize(c.features, len(c.list)*c.Turns.Width())
	source := c.turns.source
	if source != nil {
		source.arrange(b.Context, c.Turns.Width(), c.Age.Rows, gradient)
	}
	c.turns.forward(t, c.Turns, c.list, 1, c.features)
	if source != nil {
		t.Rows(len(source.age), (*aging[T])(c))
	}
	c.seq.layout(c.lengths)
	c.arrange(b)
	c.pass.forward(t, c.Layer, &c.seq, &c.input, nil, nil, nil)
	for p, i := range c.seq.order {
		copy(row(out, i, c.Layer.Hidden), row(c.pass.hidden, c.seq.last(p), c.Layer.Hidden))
	}
}

// aging is the job of one word of the source, which adds the age of its turn.
type aging[T kernel.Float] contextPass[T]

func (c *aging[T]) Row(word int) {
	s := c.turns.source
	kernel.Add(c.path, row(s.rows, word, s.width), c.Age.Row(c.Age.Value, s.age[word]))
}

// arrange lays the turn features out for the context layer.
func (c *contextPass[T]) arrange(b *dialog.Batch) {
	width := c.Width()
	c.input.x = resize(c.input.x, c.seq.rows()*width)
	c.eachTurn(func(r, example, turn int) {
		x := row(c.input.x, r, width)
		n := copy(x, row(c.features, c.first[example]+turn, c.Turns.Width()))
		if c.Floor {
			clear(x[n:])
			x[n+int(b.Floor[example][turn])] = 1
		}
	})
}

// eachTurn calls f with the row of every turn in the layout of the context layer.
func (c *contextPass[T]) eachTurn(f func(row, example, turn int)) {
	for p, example := range c.seq.order {
		for turn := range c.seq.length[p] {
			f(c.seq.offset[turn]+p, example, turn)
		}
	}
}

// backward adds the gradients that dout (B, H), and those in the source, send to the
// weights.
func (c *contextPass[T]) backward(t *kernel.Team, dout []T) {
	h, width := c.Layer.Hidden, c.Turns.Width()
	c.dhidden = resize(c.dhidden, c.seq.rows()*h)
	clear(c.dhidden)
	for p, i := range c.seq.order {
		copy(row(c.dhidden, c.seq.last(p), h), row(dout, i, h))
	}
	c.pass.backward(t, c.Layer, &c.seq, &c.input, c.dhidden, nil, nil, nil)
	c.eachTurn(func(r, example, turn int) {
		copy(row(c.features, c.first[example]+turn, width), row(c.input.dx, r, c.Width()))
	})
	if s := c.turns.source; s != nil {
		kernel.Scatter(t, c.Age.Grad, s.age, s.grad, s.width)
	}
	c.turns.backward(t, c.Turns, c.features)
}

// Context adds the context encoder to the graph of anchor, an input (B,1) that
// gives the op a place in the graph; its gradient is zero. The result is (B, H). Every
// run hands the states of the words to source, nil for nobody; what reads them in the
// graph must depend on the result, and adds to their gradients before those of the
// result are taken.
func Context[T kernel.Float](t *kernel.Team, c *ContextEncoder[T], b *Batch, anchor *G.Node, source *Source[T]) (*G.Node, error) {
	n, pass := anchor.Shape()[0], contextPass[T]{ContextEncoder: c, turns: reading[T]{source: source}}
	return apply("encodeContext", tensor.Shape{n, c.Layer.Hidden}, fused[T]{
		check: func() error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			if len(b.Context) != n {
				return fmt.Errorf("%d of %d examples have a context", len(b.Context), n)
			}
			return checkUtterances(b.Context...)
		},
		forward: func(_ [][]T, out []T) { pass.forward(t, b.Batch, out, b.Weight != 0) },
		backward: func(_ [][]T, grad []T, din [][]T) {
			pass.backward(t, grad)
			clear(din[0])
		},
	}, anchor)
}

// Response adds the response encoder to the graph of after, whose gradient from
// here is zero: it makes the backward pass run this encoder's before that of
// after, so that shared weights are added to in one fixed order. The result is
// (B, Width).
func Response[T kernel.Float](t *kernel.Team, w *Reader[T], b *Batch, after *G.Node) (*G.Node, error) {
	return Prefixes(t, w, b, 1, after)
}

// Prefixes is Response of the first word of every response, of its first two, and
// so on, in slots rows for each response: (B·slots, Width). The last of them is
// the whole response where that is longer; those past its end are 0.
func Prefixes[T kernel.Float](t *kernel.Team, w *Reader[T], b *Batch, slots int, after *G.Node) (*G.Node, error) {
	n := after.Shape()[0]
	var r reading[T]
	return apply("encodeResponse", tensor.Shape{n * slots, w.Width()}, fused[T]{
		check: func() error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			return checkUtterances(b.Encoded)
		},
		forward: func(_ [][]T, out []T) { r.forward(t, w, b.Encoded, slots, out) },
		backward: func(_ [][]T, grad []T, din [][]T) {
			r.backward(t, w, grad)
			clear(din[0])
		},
	}, after)
}

// checkUtterances refuses utterances without a word to read.
func checkUtterances(lists ...[][]int32) error {
	for _, utterances := range lists {
		for _, u := range utterances {
			if len(u) == 0 {
				return errors.New("an utterance has no word to read")
			}
		}
	}
	return nil
}
