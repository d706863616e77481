package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A stepReading is the activations of one run of the encoder of ResponseSteps.
type stepReading[T kernel.Float] struct {
	seq       ragged
	lengths   []int
	direction direction[T]
}

// eachWord calls f with the row of the layout after which word k of example i has
// been read from behind, for the first steps words.
func (r *stepReading[T]) eachWord(steps int, f func(row, i, k int)) {
	for p, i := range r.seq.order {
		for k := range min(steps, r.seq.length[p]) {
			f(r.seq.offset[r.seq.length[p]-1-k]+p, i, k)
		}
	}
}

// forward writes the features of each word and what follows it to out (B·steps, H); past the words it is 0.
func (r *stepReading[T]) forward(t *kernel.Team, w *Reader[T], responses [][]int32, steps int, out []T) {
	r.lengths = resize(r.lengths, len(responses))
	for i, words := range responses {
		r.lengths[i] = len(words)
	}
	r.seq.layout(r.lengths)
	r.direction.read(t, w, w.Backward, &r.seq, responses, true)
	clear(out)
	h := w.Backward.Hidden
	r.eachWord(steps, func(from, i, k int) { copy(row(out, i*steps+k, h), row(r.direction.pooled.features, from, h)) })
}

// backward adds the gradients that dout (B·steps, H) sends to the weights.
func (r *stepReading[T]) backward(t *kernel.Team, w *Reader[T], steps int, dout []T) {
	h, d := w.Backward.Hidden, &r.direction
	d.pooled.dfeatures = zeroed(d.pooled.dfeatures, r.seq.rows()*h)
	r.eachWord(steps, func(to, i, k int) { copy(row(d.pooled.dfeatures, to, h), row(dout, i*steps+k, h)) })
	d.pooled.backward(t)
	d.sendBack(t, w.Embedding, w.Backward, &r.seq)
}

// ResponseSteps adds an anti-causal encoder of the responses to the graph of after,
// in the place of Response: a layer that reads the words from </s> on back, and is
// looked at after each, pooled as Reader.Pool says. The result is (B·steps, H); row i·steps+t knows of response
// i the words from t on alone, and is 0 past its words.
func ResponseSteps[T kernel.Float](t *kernel.Team, w *Reader[T], b *Batch, after *G.Node, steps int) (*G.Node, error) {
	n := after.Shape()[0]
	var r stepReading[T]
	return apply("encodeSteps", tensor.Shape{n * steps, w.Width()}, fused[T]{
		check:   func() error { return checkSize(b, n) },
		forward: func(_ [][]T, out []T) { r.forward(t, w, b.Target, steps, out) },
		backward: func(_ [][]T, grad []T, din [][]T) {
			r.backward(t, w, steps, grad)
			clear(din[0])
		},
	}, after)
}

// Reshape is the numbers of x as a matrix (rows, n).
func Reshape(x *G.Node, rows int) (*G.Node, error) {
	return byType(x, rows, reshape[float32], reshape[float64])
}

func reshape[T kernel.Float](x *G.Node, rows int) (*G.Node, error) {
	return apply("reshape", tensor.Shape{rows, x.Shape().TotalSize() / rows}, fused[T]{
		forward:  func(in [][]T, out []T) { copy(out, in[0]) },
		backward: func(_ [][]T, grad []T, din [][]T) { copy(din[0], grad) },
	}, x)
}

// Delay moves every row of x (B, n) by some columns to the right; the first of them
// are 0, and the last of x are lost.
func Delay(x *G.Node, columns int) (*G.Node, error) {
	return byType(x, columns, delay[float32], delay[float64])
}

func delay[T kernel.Float](x *G.Node, columns int) (*G.Node, error) {
	n := x.Shape()[1]
	columns = min(columns, n)
	return apply("delay", x.Shape().Clone(), fused[T]{
		forward: func(in [][]T, out []T) {
			for lo := 0; lo < len(out); lo += n {
				clear(out[lo : lo+columns])
				copy(out[lo+columns:lo+n], in[0][lo:])
			}
		},
		backward: func(_ [][]T, grad []T, din [][]T) {
			for lo := 0; lo < len(grad); lo += n {
				copy(din[0][lo:lo+n], grad[lo+columns:lo+n])
				clear(din[0][lo+n-columns : lo+n])
			}
		},
	}, x)
}
