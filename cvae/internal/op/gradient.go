package op

import (
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// gradient runs the backward function of a fused op. Its inputs are those of
// the op and the gradient of the op's output; its value is the gradient of the
// first input.
type gradient[T kernel.Float] struct {
	signature[T]
	of   *fused[T]
	read [][]T // the numbers of the run's inputs
}

func newGradient[T kernel.Float](of *fused[T]) *gradient[T] {
	g := &gradient[T]{signature: signature[T]{name: "gradient of " + of.name, id: of.id}, of: of}
	g.in, g.out = append(slices.Clone(of.in), of.out), of.in[0]
	return g
}

func (g *gradient[T]) Do(values ...G.Value) (v G.Value, err error) {
	defer guard(g, &err)
	if g.read, err = raw(g.read[:0], values); err != nil {
		return nil, fmt.Errorf("%s: %w", g, err)
	}
	last := len(g.read) - 1
	g.of.backward(g.read[:last], g.read[last], g.of.din)
	return g.of.grads[0], nil
}

// reader returns the gradient of an input, which the gradient op it depends on
// has computed.
type reader[T kernel.Float] struct {
	signature[T]
	of *fused[T]
	i  int
}

func newReader[T kernel.Float](of *fused[T], i int) *reader[T] {
	name := fmt.Sprintf("gradient of input %d of %s", i, of.name)
	return &reader[T]{signature[T]{name, of.id, []tensor.Shape{of.in[0]}, of.in[i]}, of, i}
}

func (r *reader[T]) Do(...G.Value) (G.Value, error) { return r.of.grads[r.i], nil }
