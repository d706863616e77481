// Package nn holds the named parameters and buffers of a model, the layers
// made of them, and the arithmetic that methods write their graphs in.
package nn

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Group is a part of a model that a strategy can step apart.
type Group uint8

// The groups of a model.
const (
	Generative Group = 1 << iota // prior network, context encoder, decoder
	Inference                    // response encoder and recognition network
	Auxiliary                    // the prior that is fitted once the rest is trained
	Whole      = Generative | Inference
)

// A Param is a named parameter, a matrix.
type Param[T kernel.Float] struct {
	Name  string
	Group Group
	*op.Weight[T]
	init Init
}

// A Buffer is named state of a method that is saved but not trained, (n).
type Buffer[T kernel.Float] struct {
	Name  string
	Value []T
}

// A Store owns the parameters and buffers of one model in the order they were
// made.
type Store[T kernel.Float] struct {
	Seed    uint64
	Zero    bool // parameters begin as 0, in the place of their first values, as they are restored
	Params  []*Param[T]
	Buffers []*Buffer[T]
	err     error
}

// Err is the first error of a Maker: two layers of one name.
func (s *Store[T]) Err() error { return s.err }

// An Init says how a parameter begins: uniform in [−Range, Range], or all
// Value when Range is 0.
type Init struct{ Range, Value float64 }

// Param returns the parameter of that name, making it (rows, cols) when it is
// new. Its first values depend on the seed and the name alone.
func (s *Store[T]) Param(name string, group Group, rows, cols int, init Init) (*Param[T], error) {
	return s.param(name, group, rows, cols, init, false)
}

func (s *Store[T]) param(name string, group Group, rows, cols int, init Init, sparse bool) (*Param[T], error) {
	for _, p := range s.Params {
		if p.Name != name {
			continue
		}
		if p.Rows != rows || p.Cols != cols {
			return nil, fmt.Errorf("parameter %s is (%d,%d), not (%d,%d)", name, p.Rows, p.Cols, rows, cols)
		}
		return p, nil
	}
	p := &Param[T]{name, group, op.NewWeight[T](rows, cols, sparse), init}
	s.Params = append(s.Params, p)
	if !s.Zero {
		s.Reset(p)
	}
	return p, nil
}

// Reset gives p its first values back.
func (s *Store[T]) Reset(p *Param[T]) {
	p.init.fill(s.Seed, p.Name, p.Value, p.Cols)
	p.Changed()
}

func (i Init) fill(seed uint64, name string, values any, cols int) {
	h := fnv.New64a()
	h.Write([]byte(name))
	key := int(h.Sum64() & math.MaxInt64)
	draw := func(row int) func() float64 {
		stream := rng.New(seed, rng.Init, key, row)
		return func() float64 { return i.Value + i.Range*(2*stream.Float64()-1) }
	}
	switch v := values.(type) {
	case []float32:
		fillRows(v, cols, draw)
	case []float64:
		fillRows(v, cols, draw)
	}
}

// fillRows rounds to float32 first, so that a float64 model begins with the
// very values of the float32 model.
func fillRows[T kernel.Float](v []T, cols int, draw func(row int) func() float64) {
	for r := 0; r*cols < len(v); r++ {
		next := draw(r)
		for c := range cols {
			v[r*cols+c] = T(float32(next()))
		}
	}
}

// Buffer returns the buffer of that name, making it (n), all value, when it is
// new.
func (s *Store[T]) Buffer(name string, n int, value float64) (*Buffer[T], error) {
	for _, b := range s.Buffers {
		if b.Name != name {
			continue
		}
		if len(b.Value) != n {
			return nil, fmt.Errorf("buffer %s has %d elements, not %d", name, len(b.Value), n)
		}
		return b, nil
	}
	b := &Buffer[T]{name, make([]T, n)}
	for i := range b.Value {
		b.Value[i] = T(value)
	}
	s.Buffers = append(s.Buffers, b)
	return b, nil
}

// ZeroGrad clears the gradients of groups.
func (s *Store[T]) ZeroGrad(group Group) {
	for _, p := range s.Params {
		if p.Group&group != 0 {
			p.ZeroGrad()
		}
	}
}

// Count is the number of trained numbers.
func (s *Store[T]) Count() int {
	n := 0
	for _, p := range s.Params {
		n += len(p.Value)
	}
	return n
}
