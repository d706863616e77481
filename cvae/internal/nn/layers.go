package nn

import (
	"cmp"
	"fmt"
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

// weight makes a parameter. The store keeps the error of one that it has already
// in another shape; the weight then goes nowhere.
func (m Maker[T]) weight(name string, rows, cols int, init Init, sparse bool) *op.Weight[T] {
	p, err := m.param(name, m.Group, rows, cols, init, sparse)
	if err != nil {
		m.err = cmp.Or(m.err, err)
		return op.NewWeight[T](rows, cols, sparse)
	}
	return p.Weight
}

func (m Maker[T]) dense(name string, rows, cols, fan int) *op.Weight[T] {
	return m.weight(name, rows, cols, m.init(fan), false)
}

// Words makes a word embedding (v, e).
func (m Maker[T]) Words(name string, v, e int) *op.Weight[T] {
	return m.weight(name, v, e, Init{Range: m.EmbeddingRange}, true)
}

// Recurrent makes a recurrent layer with n inputs and h hidden units.
func (m Maker[T]) Recurrent(name string, cell op.Cell, n, h int) *op.Recurrent[T] {
	gates := cell.Gates() * h
	r := &op.Recurrent[T]{Cell: cell, Hidden: h,
		Input: m.dense(name+".input", gates, n, h),
		State: m.dense(name+".state", gates, h, h),
		Bias:  m.dense(name+".bias", 1, gates, h),
	}
	if cell == op.GRU {
		r.StateBias = m.dense(name+".state_bias", 1, gates, h)
	}
	return r
}

// Matrix makes a weight without a bias from n to rows.
func (m Maker[T]) Matrix(name string, rows, n int) *op.Weight[T] { return m.dense(name, rows, n, n) }

// Affine makes an affine layer of several inputs.
func (m Maker[T]) Affine(name string, out int, bias, tanh bool, inputs ...int) *op.Affine[T] {
	fan := 0
	for _, n := range inputs {
		fan += n
	}
	a := &op.Affine[T]{Tanh: tanh}
	for i, n := range inputs {
		a.Weights = append(a.Weights, m.dense(fmt.Sprint(name, ".weight", i), out, n, fan))
	}
	if bias {
		a.Bias = m.dense(name+".bias", 1, out, fan)
	}
	return a
}

// Zeros makes an affine layer with a bias whose output begins as 0.
func (m Maker[T]) Zeros(name string, out, n int) *op.Affine[T] {
	return &op.Affine[T]{
		Weights: []*op.Weight[T]{m.weight(name+".weight0", out, n, Init{}, false)},
		Bias:    m.weight(name+".bias", 1, out, Init{}, false),
	}
}

// Output makes a vocabulary layer of v words over h features.
func (m Maker[T]) Output(name string, v, h int, bias bool) *op.Output[T] {
	o := &op.Output[T]{Weight: m.dense(name+".weight", v, h, h)}
	if bias {
		o.Bias = m.dense(name+".bias", 1, v, h)
	}
	return o
}

// A Head maps features to the mean and the log-variance of a Gaussian, through
// a hidden layer with tanh when Hidden is not nil.
type Head[T kernel.Float] struct {
	Hidden       *op.Affine[T]
	Mean, LogVar *op.Affine[T]
}

// Head makes a Gaussian head of n dimensions; hidden 0 is none.
func (m Maker[T]) Head(name string, hidden, n int, bias bool, inputs ...int) *Head[T] {
	h := &Head[T]{}
	if hidden > 0 {
		h.Hidden = m.Affine(name+".hidden", hidden, true, true, inputs...)
		inputs = []int{hidden}
	}
	h.Mean = m.Affine(name+".mean", n, bias, false, inputs...)
	h.LogVar = m.Affine(name+".log_variance", n, bias, false, inputs...)
	return h
}

// Norm makes a layer normalisation of n features, with gain 1 and bias 0.
func (m Maker[T]) Norm(name string, n int, rectified bool) *op.Norm[T] {
	return &op.Norm[T]{
		Gain:      m.weight(name+".gain", 1, n, Init{Value: 1}, false),
		Bias:      m.weight(name+".bias", 1, n, Init{}, false),
		Rectified: rectified,
	}
}

// Stem makes what brings word embeddings of e to the h features of a stream.
func (m Maker[T]) Stem(name string, e, h int) *op.Stem[T] {
	s := &op.Stem[T]{Hidden: h}
	if e != h {
		s.Input = m.Matrix(name+".input", h, e)
	}
	return s
}

// Convolution makes a residual block of h features with c inner channels.
func (m Maker[T]) Convolution(name string, h, c, dilation int) *op.Convolution[T] {
	return &op.Convolution[T]{
		Dilation: dilation,
		In:       m.Matrix(name+".in", c, h), NormIn: m.Norm(name+".in_norm", c, true),
		Taps: m.Matrix(name+".taps", c, op.Taps*c), NormTaps: m.Norm(name+".taps_norm", c, true),
		Out: m.Matrix(name+".out", h, c), NormOut: m.Norm(name+".out_norm", h, true),
	}
}

// TransformerBlock makes a block of h features with f in its feed-forward network,
// without a memory.
func (m Maker[T]) TransformerBlock(name string, h, f int, a op.Activation) *op.TransformerBlock[T] {
	return &op.TransformerBlock[T]{
		Norm: m.Norm(name+".norm", h, false),
		In:   m.Matrix(name+".attention.in", 3*h, h), InBias: m.dense(name+".attention.in_bias", 1, 3*h, h),
		Out: m.Matrix(name+".attention.out", h, h), OutBias: m.dense(name+".attention.out_bias", 1, h, h),
		FeedNorm: m.Norm(name+".feed_norm", h, false),
		Feed: &op.FeedForward[T]{Activation: a,
			Up: m.Matrix(name+".feed.up", f, h), UpBias: m.dense(name+".feed.up_bias", 1, f, h),
			Down: m.Matrix(name+".feed.down", h, f), DownBias: m.dense(name+".feed.down_bias", 1, h, f)},
	}
}

// Positions gives a stem a learned vector for each of n steps.
func (m Maker[T]) Positions(name string, s *op.Stem[T], n int) {
	s.Positions = m.weight(name, n, s.Hidden, Init{Range: m.EmbeddingRange}, false)
}

// Ages makes the vector of each of n ages of turns, with h features, which begin as 0: a
// decoder that attends to words begins by not telling turns apart.
func (m Maker[T]) Ages(name string, n, h int) *op.Weight[T] {
	return m.weight(name, n, h, Init{}, false)
}

// Attention makes the attention of h hidden units to states of w features.
func (m Maker[T]) Attention(name string, h, w int) *op.Attention[T] {
	return &op.Attention[T]{
		Query:  m.Matrix(name+".query", w, h),
		Hidden: m.dense(name+".hidden", h, h, h+w),
		Looked: m.dense(name+".looked", h, w, h+w),
	}
}

// CrossAttention makes the attention of h features of a stream to states of w.
func (m Maker[T]) CrossAttention(name string, h, w int) *op.CrossAttention[T] {
	return &op.CrossAttention[T]{
		Norm:  m.Norm(name+".norm", h, false),
		Query: m.Matrix(name+".query", h, h), QueryBias: m.dense(name+".query_bias", 1, h, h),
		In: m.Matrix(name+".in", 2*h, w), InBias: m.dense(name+".in_bias", 1, 2*h, w),
		Out: m.Matrix(name+".out", h, h), OutBias: m.dense(name+".out_bias", 1, h, h),
	}
}
