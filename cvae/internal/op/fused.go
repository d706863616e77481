package op

import (
	"fmt"
	"hash"
	"hash/fnv"
	"sync/atomic"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// serial numbers every op instance: gorgonia merges nodes whose ops hash
// alike, and two instances with equal fields hold different weights.
var serial atomic.Uint64

// A signature is what gorgonia asks of an op besides its work.
type signature[T kernel.Float] struct {
	name string
	id   uint64
	in   []tensor.Shape
	out  tensor.Shape
}

func (s *signature[T]) Arity() int { return len(s.in) }

func (s *signature[T]) Type() hm.Type {
	types := make([]hm.Type, 0, len(s.in)+1)
	for _, in := range s.in {
		types = append(types, tensorType[T](in))
	}
	return hm.NewFnType(append(types, tensorType[T](s.out))...)
}

func (s *signature[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return s.out, nil }
func (s *signature[T]) ReturnsPtr() bool                               { return false }
func (s *signature[T]) CallsExtern() bool                              { return false }
func (s *signature[T]) OverwritesInput() int                           { return -1 }
func (s *signature[T]) WriteHash(h hash.Hash)                          { fmt.Fprint(h, s.String()) }
func (s *signature[T]) String() string                                 { return fmt.Sprintf("%s#%d", s.name, s.id) }

func (s *signature[T]) Hashcode() uint32 {
	h := fnv.New32a()
	s.WriteHash(h)
	return h.Sum32()
}

// names of fused ops that others ask for.
const (
	decodeName = "decodeLoss"
	wholeName  = "whole"
)

// fusedOf is the name of the fused op that o is, or whose gradient it is: back; none for
// any other.
func fusedOf(o G.Op) (name string, back bool) {
	if f, ok := o.(interface{ fusedName() (string, bool) }); ok {
		return f.fusedName()
	}
	return "", false
}

func (f *fused[T]) fusedName() (name string, back bool)    { return f.name, false }
func (g *gradient[T]) fusedName() (name string, back bool) { return g.of.name, true }

// Meets reports whether o waits for the graphs of other rows.
func Meets(o G.Op) bool {
	name, _ := fusedOf(o)
	return name == wholeName
}

// DecodesBack reports whether o is the gradient of [Decode]: after it those of the
// decoder's weights are whole.
func DecodesBack(o G.Op) bool {
	name, back := fusedOf(o)
	return name == decodeName && back
}

// A fused op computes one matrix or vector from its inputs with Go functions
// on the raw data.
type fused[T kernel.Float] struct {
	signature[T]
	// check refuses what forward cannot read; nil: nothing.
	check func() error
	// forward fills out from the inputs.
	forward func(in [][]T, out []T)
	// backward fills din, the gradient of every input, from the gradient of
	// the output.
	backward func(in [][]T, grad []T, din [][]T)

	result *tensor.Dense
	grads  []*tensor.Dense
	// The numbers of the run's inputs, of the result and of the gradients are
	// kept here, so that a run allocates nothing.
	read, din [][]T
	write     []T
}

// apply adds the op to the graph of its inputs; out is the shape of its result.
func apply[T kernel.Float](name string, out tensor.Shape, f fused[T], inputs ...*G.Node) (*G.Node, error) {
	f.name, f.id, f.out = name, serial.Add(1), out
	f.result, f.write = newDense[T](f.out)
	for _, n := range inputs {
		f.in = append(f.in, n.Shape().Clone())
		grad, numbers := newDense[T](n.Shape())
		f.grads, f.din = append(f.grads, grad), append(f.din, numbers)
	}
	node, err := G.ApplyOp(&f, inputs...)
	if err != nil {
		return nil, fmt.Errorf("building %s: %w", f.name, err)
	}
	return node, nil
}

// newDense returns a tensor and its numbers.
func newDense[T kernel.Float](s tensor.Shape) (*tensor.Dense, []T) {
	numbers := make([]T, s.TotalSize())
	return tensor.New(tensor.WithShape(s...), tensor.WithBacking(numbers)), numbers
}

// Numbers returns those behind a tensor without copying; tensor's own Data
// makes two small objects.
func Numbers[T kernel.Float](v G.Value) (n []T, err error) {
	d, ok := v.(*tensor.Dense)
	if !ok || d.Dtype() != dtype[T]() {
		return nil, fmt.Errorf("a value %T of %v where a tensor of %v is needed", v, v.Dtype(), dtype[T]())
	}
	switch n := any(&n).(type) {
	case *[]float32:
		*n = d.Float32s()
	case *[]float64:
		*n = d.Float64s()
	}
	return n, nil
}

// raw appends the numbers of values to out.
func raw[T kernel.Float](out [][]T, values []G.Value) ([][]T, error) {
	for _, v := range values {
		n, err := Numbers[T](v)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// guard turns a panic of op into an error that names it: gorgonia's own machine
// runs ops on another goroutine, where a panic would end the process.
func guard(op fmt.Stringer, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: %v", op, r)
	}
}

func tensorType[T kernel.Float](s tensor.Shape) hm.Type {
	if s.Dims() == 0 {
		return dtype[T]()
	}
	return G.TensorType{Dims: s.Dims(), Of: dtype[T]()}
}

func dtype[T kernel.Float]() tensor.Dtype {
	var zero T
	if _, ok := any(zero).(float64); ok {
		return tensor.Float64
	}
	return tensor.Float32
}

func (f *fused[T]) Do(values ...G.Value) (v G.Value, err error) {
	defer guard(f, &err)
	if f.read, err = raw(f.read[:0], values); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	if f.check != nil {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	f.forward(f.read, f.write)
	return f.result, nil
}

func (f *fused[T]) DiffWRT(n int) []bool {
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	return all
}

// SymDiff adds one gradient op, which computes every input's gradient and
// returns the first, and a reader for each of the others.
func (f *fused[T]) SymDiff(inputs G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	back := newGradient(f)
	first, err := G.ApplyOp(back, append(append(G.Nodes{}, inputs...), grad)...)
	if err != nil {
		return nil, fmt.Errorf("building the gradient of %s: %w", f.name, err)
	}
	nodes := G.Nodes{first}
	for i := 1; i < len(inputs); i++ {
		n, err := G.ApplyOp(newReader(f, i), first)
		if err != nil {
			return nil, fmt.Errorf("building the gradient of %s: %w", f.name, err)
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}
