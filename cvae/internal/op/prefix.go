package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// WholeResponse is the rows of x (B·slots, n), laid out as Prefixes does, that
// have seen the whole response, (B, n).
func WholeResponse[T kernel.Float](b *Batch, slots int, x *G.Node) (*G.Node, error) {
	return ofSlots("wholeResponse", b, slots, x, func(used int) (first int, weight T) { return used - 1, 1 })
}

// MeanPrefix is the mean over the prefixes of each response of x (B·slots, n),
// laid out as Prefixes does, (B, n). What is past the end of a response does not
// count.
func MeanPrefix[T kernel.Float](b *Batch, slots int, x *G.Node) (*G.Node, error) {
	return ofSlots("meanPrefix", b, slots, x, func(used int) (first int, weight T) { return 0, 1 / T(used) })
}

// ofSlots is the weighted sum of the slots of each response from the first one on
// that weigh names for the number in use.
func ofSlots[T kernel.Float](name string, b *Batch, slots int, x *G.Node, weigh func(used int) (first int, weight T)) (*G.Node, error) {
	n, width := x.Shape()[0]/slots, x.Shape()[1]
	each := func(f func(i, slot int, weight T)) {
		for i, words := range b.Encoded {
			used := min(slots, len(words))
			first, weight := weigh(used)
			for k := first; k < used; k++ {
				f(i, i*slots+k, weight)
			}
		}
	}
	return apply(name, tensor.Shape{n, width}, fused[T]{
		check: func() error { return checkSize(b, n) },
		forward: func(in [][]T, out []T) {
			clear(out)
			each(func(i, slot int, weight T) { addScaled(row(out, i, width), row(in[0], slot, width), weight) })
		},
		backward: func(_ [][]T, grad []T, din [][]T) {
			clear(din[0])
			each(func(i, slot int, weight T) { addScaled(row(din[0], slot, width), row(grad, i, width), weight) })
		},
	}, x)
}

// addScaled adds weight·x to y.
func addScaled[T kernel.Float](y, x []T, weight T) {
	for i, v := range x {
		y[i] += T(weight * v)
	}
}
