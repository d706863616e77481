package op

import (
	"fmt"
	"hash"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// gradient runs the backward function of a fused op. Its inputs are those of
// the op and the gradient of the op's output; its value is the gradient of the
// first input.
type gradient[T kernel.Float] struct {
	of   *fused[T]
	read [][]T // the numbers of the run's inputs
}

func (g *gradient[T]) Do(values ...G.Value) (v G.Value, err error) {
	defer guard(g, &err)
	if g.read, err = raw(g.read[:0], values); err != nil {
		return nil, fmt.Errorf("%s: %w", g, err)
	}
	last := len(g.read) - 1
	if err := g.of.backward(g.read[:last], g.read[last], g.of.din); err != nil {
		return nil, fmt.Errorf("%s: %w", g, err)
	}
	return g.of.grads[0], nil
}

func (g *gradient[T]) Arity() int { return len(g.of.in) + 1 }

func (g *gradient[T]) Type() hm.Type {
	types := make([]hm.Type, 0, len(g.of.in)+2)
	for _, s := range g.of.in {
		types = append(types, tensorType[T](s))
	}
	return hm.NewFnType(append(types, tensorType[T](g.of.out), tensorType[T](g.of.in[0]))...)
}

func (g *gradient[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return g.of.in[0], nil }
func (g *gradient[T]) ReturnsPtr() bool                               { return false }
func (g *gradient[T]) CallsExtern() bool                              { return false }
func (g *gradient[T]) OverwritesInput() int                           { return -1 }
func (g *gradient[T]) WriteHash(h hash.Hash)                          { fmt.Fprintf(h, "%s", g) }
func (g *gradient[T]) Hashcode() uint32                               { return hashcode(g) }
func (g *gradient[T]) String() string                                 { return fmt.Sprintf("gradient of %s", g.of) }

// reader returns the gradient of input i, which the gradient op it depends on
// has computed.
type reader[T kernel.Float] struct {
	of *fused[T]
	i  int
}

func (r *reader[T]) Do(...G.Value) (G.Value, error) { return r.of.grads[r.i], nil }
func (r *reader[T]) Arity() int                     { return 1 }
func (r *reader[T]) Type() hm.Type {
	return hm.NewFnType(tensorType[T](r.of.in[0]), tensorType[T](r.of.in[r.i]))
}
func (r *reader[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return r.of.in[r.i], nil }
func (r *reader[T]) ReturnsPtr() bool                               { return false }
func (r *reader[T]) CallsExtern() bool                              { return false }
func (r *reader[T]) OverwritesInput() int                           { return -1 }
func (r *reader[T]) WriteHash(h hash.Hash)                          { fmt.Fprintf(h, "%s", r) }
func (r *reader[T]) Hashcode() uint32                               { return hashcode(r) }
func (r *reader[T]) String() string {
	return fmt.Sprintf("gradient of input %d of %s", r.i, r.of)
}
