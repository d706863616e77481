package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// Labels is the parameters of what is known of a response besides its context:
// an embedding of every label, which stands in c after the features of the
// context, as the topic does in Zhao, Zhao and Eskenazi 2017.
type Labels[T kernel.Float] struct {
	Embeddings []*Weight[T] // (1+values, E) a label; row 0 is no value
}

// Width is the number of columns that the labels add to c.
func (l *Labels[T]) Width() (n int) {
	for _, w := range l.Embeddings {
		n += w.Cols
	}
	return n
}

// Append writes [x; labels] (B, n+Width) of x (B, n) to out, without a graph.
func (l *Labels[T]) Append(b *dialog.Batch, x, out []T) {
	width := len(out) / b.Size()
	n := width - l.Width()
	for i := range b.Size() {
		to := row(out, i, width)
		copy(to, row(x, i, n))
		at := n
		for k, w := range l.Embeddings {
			at += copy(to[at:], w.Row(w.Value, labelOf(b, i, k)))
		}
	}
}

// labelOf is label k of example i, none in a batch without labels.
func labelOf(b *dialog.Batch, i, k int) int32 {
	if len(b.Labels) == 0 {
		return dialog.None
	}
	return b.Labels[i][k]
}

// backward adds the gradients that grad (B, n+Width) sends to the embeddings.
func (l *Labels[T]) backward(t *kernel.Team, b *dialog.Batch, grad []T) {
	width, size := len(grad)/b.Size(), b.Size()
	at, ids := width-l.Width(), make([]int32, size)
	for k, w := range l.Embeddings {
		dx := make([]T, size*w.Cols)
		for i := range size {
			ids[i] = labelOf(b, i, k)
			copy(row(dx, i, w.Cols), row(grad, i, width)[at:])
		}
		w.scatter(t, ids, dx)
		at += w.Cols
	}
}

// check refuses labels that are not the layer's.
func (l *Labels[T]) check(b *dialog.Batch) error {
	if n := len(b.Labels); n != 0 && n != b.Size() {
		return fmt.Errorf("labels of %d examples for a batch of %d", n, b.Size())
	}
	for _, labels := range b.Labels {
		if len(labels) != len(l.Embeddings) {
			return fmt.Errorf("an example with %d labels for a model of %d", len(labels), len(l.Embeddings))
		}
		for k, id := range labels {
			if id < 0 || int(id) >= l.Embeddings[k].Rows {
				return fmt.Errorf("value %d of label %d is not one of %d", id, k, l.Embeddings[k].Rows)
			}
		}
	}
	return nil
}

// AppendLabels adds [x; labels] (B, n+Width) to the graph of x (B, n).
func AppendLabels[T kernel.Float](t *kernel.Team, l *Labels[T], b *Batch, x *G.Node) (*G.Node, error) {
	size, n := x.Shape()[0], x.Shape()[1]
	width := n + l.Width()
	return apply("appendLabels", tensor.Shape{size, width}, fused[T]{
		check:   func() error { return l.check(b.Batch) },
		forward: func(in [][]T, out []T) { l.Append(b.Batch, in[0], out) },
		backward: func(_ [][]T, grad []T, din [][]T) {
			for i := range size {
				copy(row(din[0], i, n), row(grad, i, width))
			}
			l.backward(t, b.Batch, grad)
		},
	}, x)
}
