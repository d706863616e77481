package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// An Attention lets hidden states h_t (H) of a decoder look at the states s_i (W) of
// the words of the context, once they are known (Luong, Pham and Manning 2015, global
// attention with the score "general", equations 5, 7 and 8, without input feeding):
//
//	a_t = Σ_i softmax_i(h_t·W_q·s_i)·s_i
//	h̃_t = tanh(W_h·h_t + W_a·a_t)
//
// h̃ stands for h wherever the output layer reads it. No step waits for the words that
// the step before has looked at, so that all steps of a batch are one product.
type Attention[T kernel.Float] struct {
	Query  *Weight[T] // (W, H) the transpose of W_q
	Hidden *Weight[T] // (H, H) W_h
	Looked *Weight[T] // (H, W) W_a
}

// attentive is the activations of one run of an Attention.
type attentive[T kernel.Float] struct {
	*Attention[T]
	memory              kernel.Memory[T]
	hidden              []T // (rows, H) h
	query, looked, mass []T // (rows, W), (rows, W), (rows)
	out                 []T // (rows, H) h̃
	dquery, dlooked, dh []T
	path                kernel.Path
	dout                []T
}

// forward is h̃ of the hidden states (rows, H) of sequences that continue the examples
// of, valid until the next call.
func (a *attentive[T]) forward(t *kernel.Team, seq *ragged, s *Source[T], of []int, hidden []T) []T {
	rows := seq.rows()
	a.hidden, a.memory = hidden, s.memory(of, s.rows, false, 1)
	a.query, a.looked = resize(a.query, rows*s.width), resize(a.looked, rows*s.width)
	a.mass, a.out = resize(a.mass, rows), resize(a.out, len(hidden))
	product(t, rows, hidden, a.Query, kernel.Base[T]{}, a.query)
	kernel.AttendTo(t, seq.rowsOf(), a.memory, 1, a.query, a.looked, a.mass)
	product(t, rows, hidden, a.Hidden, kernel.Base[T]{}, a.out)
	product(t, rows, a.looked, a.Looked, kernel.Itself[T](), a.out)
	a.path = t.Path()
	t.Rows(rows, (*bent[T])(a))
	return a.out
}

// backward turns the gradient of h̃, which it overwrites, into that of the hidden
// states, and adds to those of the weights and of the source.
func (a *attentive[T]) backward(t *kernel.Team, seq *ragged, s *Source[T], dout []T) []T {
	rows := seq.rows()
	a.dout = dout
	t.Rows(rows, (*unbent[T])(a))
	a.dlooked, a.dquery, a.dh = resize(a.dlooked, rows*s.width), resize(a.dquery, rows*s.width), resize(a.dh, len(dout))
	weightGradient(t, rows, dout, a.hidden, a.Hidden)
	inputGradient(t, rows, dout, a.Hidden, kernel.Base[T]{}, a.dh)
	weightGradient(t, rows, dout, a.looked, a.Looked)
	inputGradient(t, rows, dout, a.Looked, kernel.Base[T]{}, a.dlooked)
	kernel.AttendToBackward(t, seq.rowsOf(), a.memory, 1, a.query, a.looked, a.mass, a.dlooked, a.dquery, s.grad)
	weightGradient(t, rows, a.dquery, a.hidden, a.Query)
	inputGradient(t, rows, a.dquery, a.Query, kernel.Itself[T](), a.dh)
	return a.dh
}

// bent is the job of one row of the tanh.
type bent[T kernel.Float] attentive[T]

func (a *bent[T]) Row(r int) {
	out := row(a.out, r, a.Hidden.Rows)
	kernel.Tanh(a.path, out, out)
}

// unbent is the job of one row that sends the gradient back through the tanh.
type unbent[T kernel.Float] attentive[T]

func (a *unbent[T]) Row(r int) {
	n := a.Hidden.Rows
	d := row(a.dout, r, n)
	for i, y := range row(a.out, r, n) {
		d[i] *= 1 - T(y*y)
	}
}
