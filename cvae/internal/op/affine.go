package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// An Affine maps its inputs x_i (B, n_i) to Σ x_i·W_iᵀ + b, (B, m), or to the
// hyperbolic tangent of that. Several inputs stand for their concatenation.
type Affine[T kernel.Float] struct {
	Weights []*Weight[T] // (m, n_i)
	Bias    *Weight[T]   // (1, m); nil: none
	Tanh    bool
}

// Width is the number of outputs.
func (a *Affine[T]) Width() int { return a.Weights[0].Rows }

// Run writes the outputs of rows examples to out, without a graph.
func (a *Affine[T]) Run(t *kernel.Team, rows int, inputs [][]T, out []T) {
	base := a.Bias.each()
	for i, w := range a.Weights {
		product(t, rows, inputs[i], w, base, out)
		base = kernel.Itself[T]()
	}
	if a.Tanh {
		kernel.Tanh(t.Path(), out, out)
	}
}

// Node adds the layer to the graph of its inputs.
func (a *Affine[T]) Node(t *kernel.Team, inputs ...*G.Node) (*G.Node, error) {
	rows := inputs[0].Shape()[0]
	var kept, dy []T
	return apply("affine", tensor.Shape{rows, a.Width()}, fused[T]{
		forward: func(in [][]T, out []T) {
			a.Run(t, rows, in, out)
			kept = append(kept[:0], out...)
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			dy = append(dy[:0], grad...)
			if a.Tanh {
				for i, y := range kept {
					dy[i] *= 1 - T(y*y)
				}
			}
			for i, w := range a.Weights {
				weightGradient(t, rows, dy, in[i], w)
				inputGradient(t, rows, dy, w, kernel.Base[T]{}, din[i])
			}
			if a.Bias != nil {
				kernel.AddColumns(t, a.Bias.Grad, dy)
			}
		},
	}, inputs...)
}
