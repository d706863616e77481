package op

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// Gather is the matrix of the given rows of x (B,n), which may repeat. The
// gradients of a row are added in the order of rows.
func Gather(x *G.Node, rows []int) (*G.Node, error) {
	return byType(x, rows, gather[float32], gather[float64])
}

func gather[T kernel.Float](x *G.Node, rows []int) (*G.Node, error) {
	n := x.Shape()[1]
	return apply(&fused[T]{
		name: "gather",
		out:  tensor.Shape{len(rows), n},
		forward: func(in [][]T, out []T) error {
			for k, r := range rows {
				copy(out[k*n:(k+1)*n], in[0][r*n:(r+1)*n])
			}
			return nil
		},
		backward: func(_ [][]T, grad []T, din [][]T) error {
			clear(din[0])
			for k, r := range rows {
				row := din[0][r*n : (r+1)*n]
				for i, g := range grad[k*n : (k+1)*n] {
					row[i] += g
				}
			}
			return nil
		},
	}, x)
}

// LogSumExp is ln Σeˣ of every n elements in a row of the vector x (m·n), (m).
func LogSumExp(x *G.Node, n int) (*G.Node, error) {
	return byType(x, n, logSumExps[float32], logSumExps[float64])
}

func logSumExps[T kernel.Float](x *G.Node, n int) (*G.Node, error) {
	return apply(&fused[T]{
		name: "logSumExp",
		out:  tensor.Shape{x.Shape()[0] / n},
		forward: func(in [][]T, out []T) error {
			for k := range out {
				out[k] = logSumExp(in[0][k*n : (k+1)*n])
			}
			return nil
		},
		backward: func(in [][]T, grad []T, din [][]T) error {
			for k, g := range grad {
				row := in[0][k*n : (k+1)*n]
				total := logSumExp(row)
				for i, v := range row {
					din[0][k*n+i] = g * T(math.Exp(float64(v-total)))
				}
			}
			return nil
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
