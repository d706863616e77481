package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// byType builds an op for the number type of x.
func byType[A any](x *G.Node, a A, single, double func(*G.Node, A) (*G.Node, error)) (*G.Node, error) {
	if x.Dtype() == tensor.Float32 {
		return single(x, a)
	}
	return double(x, a)
}

// Stop passes x through and sends no gradient back.
func Stop(x *G.Node) (*G.Node, error) { return byType(x, x.Shape(), stop[float32], stop[float64]) }

func stop[T kernel.Float](x *G.Node, shape tensor.Shape) (*G.Node, error) {
	return apply(&fused[T]{
		name: "stop",
		out:  shape.Clone(),
		forward: func(in [][]T, out []T) error {
			copy(out, in[0])
			return nil
		},
		backward: func(_ [][]T, _ []T, din [][]T) error {
			clear(din[0])
			return nil
		},
	}, x)
}

// AtMost is min(x, limit) element by element; where the limit holds no
// gradient flows.
func AtMost(x *G.Node, limit float64) (*G.Node, error) {
	return byType(x, limit, atMost[float32], atMost[float64])
}

func atMost[T kernel.Float](x *G.Node, limit float64) (*G.Node, error) {
	return apply(&fused[T]{
		name: "atMost",
		out:  x.Shape().Clone(),
		forward: func(in [][]T, out []T) error {
			for i, v := range in[0] {
				out[i] = min(v, T(limit))
			}
			return nil
		},
		backward: func(in [][]T, grad []T, din [][]T) error {
			for i, v := range in[0] {
				din[0][i] = 0
				if v < T(limit) {
					din[0][i] = grad[i]
				}
			}
			return nil
		},
	}, x)
}

// Above is 1 where x > limit and 0 elsewhere, element by element; no gradient
// flows.
func Above(x *G.Node, limit float64) (*G.Node, error) {
	return byType(x, limit, above[float32], above[float64])
}

func above[T kernel.Float](x *G.Node, limit float64) (*G.Node, error) {
	return apply(&fused[T]{
		name: "above",
		out:  x.Shape().Clone(),
		forward: func(in [][]T, out []T) error {
			for i, v := range in[0] {
				out[i] = 0
				if v > T(limit) {
					out[i] = 1
				}
			}
			return nil
		},
		backward: func(_ [][]T, _ []T, din [][]T) error {
			clear(din[0])
			return nil
		},
	}, x)
}
