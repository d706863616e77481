package op

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A CrossAttention is the attention of a transformer's block to the states (W) of the
// words of the context (Vaswani et al. 2017, 3.2.3), behind a layer norm.
type CrossAttention[T kernel.Float] struct {
	Norm             *Norm[T]
	Query, QueryBias *Weight[T] // (H, H), (1, H)
	In, InBias       *Weight[T] // (2·H, W), (1, 2·H): keys, values
	Out, OutBias     *Weight[T] // (H, H), (1, H)
}

// crossing is the activations of one run of a CrossAttention.
type crossing[T kernel.Float] struct {
	*CrossAttention[T]
	heads            int
	norm             normed[T]
	kv, dkv          []T // (words, 2·H)
	query, out, mass []T // (rows, H), (rows, H) before Out, (rows, heads)
	dquery           []T
	memory           kernel.Memory[T]
}

// project makes the keys and values of a source.
func (c *crossing[T]) project(t *kernel.Team, s *Source[T]) {
	words := len(s.age)
	c.kv = resize(c.kv, words*c.In.Rows)
	product(t, words, s.rows, c.In, c.InBias.each(), c.kv)
}

// forward adds what the stream x (rows, H) of sequences that continue the examples of
// sees in the projected source to it. read (rows, H) is scratch.
func (c *crossing[T]) forward(t *kernel.Team, seq *ragged, s *Source[T], of []int, x, read []T) {
	rows, h := seq.rows(), c.Out.Rows
	c.memory = s.memory(of, c.kv, true, T(1/math.Sqrt(float64(h/c.heads))))
	c.query, c.out, c.mass = resize(c.query, rows*h), resize(c.out, rows*h), resize(c.mass, rows*c.heads)
	c.norm.forward(t, c.Norm, x, read)
	product(t, rows, read, c.Query, c.QueryBias.each(), c.query)
	kernel.AttendTo(t, seq.rowsOf(), c.memory, c.heads, c.query, c.out, c.mass)
	kernel.AddEach(t, x, c.OutBias.Value)
	product(t, rows, c.out, c.Out, kernel.Itself[T](), x)
}

// backward turns d (rows, H), the gradient of the stream after the attention, into that
// before it, and adds to that of the source. read and dread (rows, H) are scratch.
func (c *crossing[T]) backward(t *kernel.Team, seq *ragged, s *Source[T], d, read, dread []T) {
	rows, words := seq.rows(), len(s.age)
	kernel.AddColumns(t, c.OutBias.Grad, d)
	weightGradient(t, rows, d, c.out, c.Out)
	inputGradient(t, rows, d, c.Out, kernel.Base[T]{}, dread)
	c.dquery, c.dkv = resize(c.dquery, len(d)), zeroed(c.dkv, len(c.kv))
	kernel.AttendToBackward(t, seq.rowsOf(), c.memory, c.heads, c.query, c.out, c.mass, dread, c.dquery, c.dkv)
	kernel.AddColumns(t, c.InBias.Grad, c.dkv)
	weightGradient(t, words, c.dkv, s.rows, c.In)
	inputGradient(t, words, c.dkv, c.In, kernel.Itself[T](), s.grad)
	kernel.AddColumns(t, c.QueryBias.Grad, c.dquery)
	c.norm.again(t, read)
	weightGradient(t, rows, c.dquery, read, c.Query)
	inputGradient(t, rows, c.dquery, c.Query, kernel.Base[T]{}, dread)
	c.norm.backward(t, dread, nil)
	kernel.AddAll(t, d, dread)
}
