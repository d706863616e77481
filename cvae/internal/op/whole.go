package op

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A Meeting is where a graph of some rows of a batch finds those of the other graphs,
// which run the same ops on the other rows. Every call waits until all have made it,
// and panics when one has failed.
type Meeting[T kernel.Float] interface {
	// Rows is the number of rows of the batch.
	Rows() int
	// Gather fills all with the rows of all graphs in order; mine are those of this one.
	Gather(mine, all []T)
	// Return fills mine with this graph's rows of the sum of what all graphs bring.
	Return(all, mine []T)
}

// Whole is the rows of the whole batch, where x (B,n) or (B) are those of this graph.
// What flows back to them is the sum over all graphs.
func Whole[T kernel.Float](m Meeting[T], x *G.Node) (*G.Node, error) {
	shape := slices.Clone(x.Shape())
	shape[0] = m.Rows()
	return apply(wholeName, shape, fused[T]{
		forward:  func(in [][]T, out []T) { m.Gather(in[0], out) },
		backward: func(_ [][]T, grad []T, din [][]T) { m.Return(grad, din[0]) },
	}, x)
}
