package op

import (
	"math"

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

// elementwise is value of every element of x. Where passes holds of it, the
// gradient flows; nil: it flows nowhere.
func elementwise[T kernel.Float](name string, x *G.Node, value func(T) T, passes func(T) bool) (*G.Node, error) {
	return apply(name, x.Shape().Clone(), fused[T]{
		forward: func(in [][]T, out []T) {
			for i, v := range in[0] {
				out[i] = value(v)
			}
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			clear(din[0])
			for i, v := range in[0] {
				if passes != nil && passes(v) {
					din[0][i] = grad[i]
				}
			}
		},
	}, x)
}

// Stop passes x through and sends no gradient back.
func Stop(x *G.Node) (*G.Node, error) { return byType(x, 0, stop[float32], stop[float64]) }

func stop[T kernel.Float](x *G.Node, _ int) (*G.Node, error) {
	return elementwise("stop", x, func(v T) T { return v }, nil)
}

// AtMost is min(x, limit) element by element; where the limit holds no
// gradient flows.
func AtMost(x *G.Node, limit float64) (*G.Node, error) {
	return byType(x, limit, atMost[float32], atMost[float64])
}

func atMost[T kernel.Float](x *G.Node, limit float64) (*G.Node, error) {
	return elementwise("atMost", x, func(v T) T { return min(v, T(limit)) }, func(v T) bool { return v < T(limit) })
}

// Above is 1 where x > limit and 0 elsewhere, element by element; no gradient
// flows.
func Above(x *G.Node, limit float64) (*G.Node, error) {
	return byType(x, limit, above[float32], above[float64])
}

func above[T kernel.Float](x *G.Node, limit float64) (*G.Node, error) {
	return elementwise("above", x, func(v T) T {
		if v > T(limit) {
			return 1
		}
		return 0
	}, nil)
}

// Gather is the matrix of the given rows of x (B,n), which may repeat. The
// gradients of a row are added in the order of rows.
func Gather(x *G.Node, rows []int) (*G.Node, error) {
	return byType(x, rows, gather[float32], gather[float64])
}

func gather[T kernel.Float](x *G.Node, rows []int) (*G.Node, error) {
	n := x.Shape()[1]
	return apply("gather", tensor.Shape{len(rows), n}, fused[T]{
		forward: func(in [][]T, out []T) {
			for k, r := range rows {
				copy(out[k*n:(k+1)*n], in[0][r*n:(r+1)*n])
			}
		},
		backward: func(_ [][]T, grad []T, din [][]T) {
			clear(din[0])
			for k, r := range rows {
				row := din[0][r*n : (r+1)*n]
				for i, g := range grad[k*n : (k+1)*n] {
					row[i] += g
				}
			}
		},
	}, x)
}

// LogSumExp is ln Σeˣ of every n elements in a row of the vector x (m·n), (m).
func LogSumExp(x *G.Node, n int) (*G.Node, error) {
	return byType(x, n, logSumExps[float32], logSumExps[float64])
}

func logSumExps[T kernel.Float](x *G.Node, n int) (*G.Node, error) {
	return apply("logSumExp", tensor.Shape{x.Shape()[0] / n}, fused[T]{
		forward: func(in [][]T, out []T) {
			for k := range out {
				out[k] = logSumExp(in[0][k*n : (k+1)*n])
			}
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			for k, g := range grad {
				row := in[0][k*n : (k+1)*n]
				total := logSumExp(row)
				for i, v := range row {
					din[0][k*n+i] = g * T(math.Exp(float64(v-total)))
				}
			}
		},
	}, x)
}

// logSumExp shifts by the maximum, so that nothing overflows.
func logSumExp[T kernel.Float](x []T) T {
	top := math.Inf(-1)
	for _, v := range x {
		top = math.Max(top, float64(v))
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	return T(top + math.Log(sum))
}
