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

// A fused op computes one matrix or vector from its inputs with Go functions
// on the raw data.
type fused[T kernel.Float] struct {
	name string
	id   uint64
	in   []tensor.Shape
	out  tensor.Shape
	// forward fills out from the inputs.
	forward func(in [][]T, out []T) error
	// backward fills din, the gradient of every input, from the gradient of
	// the output. It must not read what forward wrote to out: gorgonia may
	// have reused that memory.
	backward func(in [][]T, grad []T, din [][]T) error

	result *tensor.Dense
	grads  []*tensor.Dense
}

// apply adds the op to the graph of its inputs.
func apply[T kernel.Float](f *fused[T], inputs ...*G.Node) (*G.Node, error) {
	f.id = serial.Add(1)
	f.result = newDense[T](f.out)
	for _, n := range inputs {
		f.in = append(f.in, n.Shape().Clone())
		f.grads = append(f.grads, newDense[T](n.Shape()))
	}
	node, err := G.ApplyOp(f, inputs...)
	if err != nil {
		return nil, fmt.Errorf("building %s: %w", f.name, err)
	}
	return node, nil
}

func newDense[T kernel.Float](s tensor.Shape) *tensor.Dense {
	return tensor.New(tensor.WithShape(s...), tensor.WithBacking(make([]T, s.TotalSize())))
}

// data returns the numbers behind a value without copying.
func data[T kernel.Float](v G.Value) ([]T, error) {
	d, ok := v.Data().([]T)
	if !ok {
		return nil, fmt.Errorf("a value of type %T where %T is needed", v.Data(), []T(nil))
	}
	return d, nil
}

func raw[T kernel.Float](values []G.Value) ([][]T, error) {
	out := make([][]T, len(values))
	for i, v := range values {
		d, err := data[T](v)
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

// guard turns a panic into an error: gorgonia runs ops on a goroutine of its
// own, where a panic would end the process.
func guard(name string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: %v", name, r)
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
	defer guard(f.name, &err)
	in, err := raw[T](values)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	out := f.result.Data().([]T)
	if err := f.forward(in, out); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
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
	back := &gradient[T]{f}
	first, err := G.ApplyOp(back, append(append(G.Nodes{}, inputs...), grad)...)
	if err != nil {
		return nil, fmt.Errorf("building the gradient of %s: %w", f.name, err)
	}
	nodes := G.Nodes{first}
	for i := 1; i < len(inputs); i++ {
		n, err := G.ApplyOp(&reader[T]{f, i}, first)
		if err != nil {
			return nil, fmt.Errorf("building the gradient of %s: %w", f.name, err)
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func (f *fused[T]) Arity() int { return len(f.in) }

func (f *fused[T]) Type() hm.Type {
	types := make([]hm.Type, 0, len(f.in)+1)
	for _, s := range f.in {
		types = append(types, tensorType[T](s))
	}
	return hm.NewFnType(append(types, tensorType[T](f.out))...)
}

func (f *fused[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return f.out, nil }
func (f *fused[T]) ReturnsPtr() bool                               { return false }
func (f *fused[T]) CallsExtern() bool                              { return false }
func (f *fused[T]) OverwritesInput() int                           { return -1 }
func (f *fused[T]) WriteHash(h hash.Hash)                          { fmt.Fprintf(h, "%s#%d", f.name, f.id) }
func (f *fused[T]) Hashcode() uint32                               { return hashcode(f) }
func (f *fused[T]) String() string                                 { return fmt.Sprintf("%s#%d", f.name, f.id) }

func hashcode(op interface{ WriteHash(hash.Hash) }) uint32 {
	h := fnv.New32a()
	op.WriteHash(h)
	return h.Sum32()
}
