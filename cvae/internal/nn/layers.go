package nn

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/op"
)

// A Maker makes layers in a Store, all of one group.
type Maker[T kernel.Float] struct {
	*Store[T]
	Group Group
	// Range is the init of the weights: uniform in [−Range, Range]; 0 is
	// 1/√fan-in, for recurrent layers 1/√hidden, which is PyTorch's.
	Range float64
	// EmbeddingRange is the init of embeddings.
	EmbeddingRange float64
}

func (m Maker[T]) init(fan int) Init {
	if m.Range > 0 {
		return Init{Range: m.Range}
	}
	return Init{Range: 1 / math.Sqrt(float64(fan))}
}

// Words makes a word embedding (v, e).
func (m Maker[T]) Words(name string, v, e int) (*op.Weight[T], error) {
	return m.Embedding(name, m.Group, v, e, Init{Range: m.EmbeddingRange})
}

// weights makes several parameters, stopping at the first error.
type weights[T kernel.Float] struct {
	Maker[T]
	err error
}

func (w *weights[T]) make(name string, rows, cols, fan int) *op.Weight[T] {
	if w.err != nil {
		return nil
	}
	var made *op.Weight[T]
	made, w.err = w.Param(name, w.Group, rows, cols, w.init(fan))
	return made
}

// Recurrent makes a recurrent layer with n inputs and h hidden units.
func (m Maker[T]) Recurrent(name string, cell op.Cell, n, h int) (*op.Recurrent[T], error) {
	w, gates := weights[T]{Maker: m}, cell.Gates()*h
	r := &op.Recurrent[T]{Cell: cell, Hidden: h,
		Input: w.make(name+".input", gates, n, h),
		State: w.make(name+".state", gates, h, h),
		Bias:  w.make(name+".bias", 1, gates, h),
	}
	if cell == op.GRU {
		r.StateBias = w.make(name+".state_bias", 1, gates, h)
	}
	return r, w.err
}

// Matrix makes a weight without a bias from n to rows.
func (m Maker[T]) Matrix(name string, rows, n int) (*op.Weight[T], error) {
	return m.Param(name, m.Group, rows, n, m.init(n))
}

// Affine makes an affine layer of several inputs.
func (m Maker[T]) Affine(name string, out int, bias, tanh bool, inputs ...int) (*op.Affine[T], error) {
	w, fan := weights[T]{Maker: m}, 0
	for _, n := range inputs {
		fan += n
	}
	a := &op.Affine[T]{Tanh: tanh}
	for i, n := range inputs {
		a.Weights = append(a.Weights, w.make(name+suffix(i), out, n, fan))
	}
	if bias {
		a.Bias = w.make(name+".bias", 1, out, fan)
	}
	return a, w.err
}

// suffix tells the weights of the inputs of an affine layer apart.
func suffix(i int) string { return ".weight" + string(rune('0'+i)) }

// Output makes a vocabulary layer of v words over h features.
func (m Maker[T]) Output(name string, v, h int, bias bool) (*op.Output[T], error) {
	w := weights[T]{Maker: m}
	o := &op.Output[T]{Weight: w.make(name+".weight", v, h, h)}
	if bias {
		o.Bias = w.make(name+".bias", 1, v, h)
	}
	return o, w.err
}

// A Head maps features to the mean and the log-variance of a Gaussian, through
// a hidden layer with tanh when Hidden is not nil.
type Head[T kernel.Float] struct {
	Hidden       *op.Affine[T]
	Mean, LogVar *op.Affine[T]
}

// Head makes a Gaussian head of n dimensions; hidden 0 is none.
func (m Maker[T]) Head(name string, hidden, n int, bias bool, inputs ...int) (*Head[T], error) {
	var h Head[T]
	var err error
	if hidden > 0 {
		if h.Hidden, err = m.Affine(name+".hidden", hidden, true, true, inputs...); err != nil {
			return nil, err
		}
		inputs = []int{hidden}
	}
	if h.Mean, err = m.Affine(name+".mean", n, bias, false, inputs...); err != nil {
		return nil, err
	}
	h.LogVar, err = m.Affine(name+".log_variance", n, bias, false, inputs...)
	return &h, err
}
