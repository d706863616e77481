package op

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// Unit is the rows of x (B,n) divided by their lengths. A row of zeros has no
// direction: it becomes the first axis, and no gradient flows.
func Unit(x *G.Node) (*G.Node, error) {
	return byType(x, struct{}{}, unit[float32], unit[float64])
}

func unit[T kernel.Float](x *G.Node, _ struct{}) (*G.Node, error) {
	shape := x.Shape()
	n := shape[1]
	return apply("unit", shape.Clone(), fused[T]{
		forward: func(in [][]T, out []T) {
			for i := range shape[0] {
				normalise(row(out, i, n), row(in[0], i, n))
			}
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			u := make([]T, n)
			for i := range shape[0] {
				back(row(din[0], i, n), row(grad, i, n), u, normalise(u, row(in[0], i, n)))
			}
		},
	}, x)
}

// normalise writes x divided by its length to u, and returns the length; 0 where
// x has none.
func normalise[T kernel.Float](u, x []T) (length float64) {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(float64(v)))
	}
	if largest == 0 {
		clear(u)
		u[0] = 1
		return 0
	}
	for _, v := range x {
		share := float64(v) / largest
		length += float64(share * share)
	}
	length = largest * math.Sqrt(length)
	for k, v := range x {
		u[k] = T(float64(v) / length)
	}
	return length
}

// back sets dx = (du − (du·u)u)/length; 0 where the length is.
func back[T kernel.Float](dx, du, u []T, length float64) {
	if length == 0 {
		clear(dx)
		return
	}
	along := product64(du, u)
	for k := range dx {
		dx[k] = T((float64(du[k]) - along*float64(u[k])) / length)
	}
}

// product64 is a·b.
func product64[T kernel.Float](a, b []T) (sum float64) {
	for k, v := range a {
		sum += float64(float64(v) * float64(b[k])) // not fused, so that all processors agree
	}
	return sum
}

// About is w·m + √(1−w²)·v for the rows of unit vectors m (B,n), where v is the
// direction of eps (B,n) across m: eps − (eps·m)m divided by its length. No
// gradient flows to eps and w (B,1).
func About(m, eps, w *G.Node) (*G.Node, error) {
	return byType(m, [2]*G.Node{eps, w}, about[float32], about[float64])
}

func about[T kernel.Float](m *G.Node, noise [2]*G.Node) (*G.Node, error) {
	shape := m.Shape()
	n := shape[1]
	v := make([]T, n)
	// across sets v, and returns the length that it was divided by and the height
	// of the draw.
	across := func(m, eps []T, w T) (along, length, height float64) {
		along = product64(eps, m)
		for k := range v {
			v[k] = T(float64(eps[k]) - along*float64(m[k]))
		}
		return along, normalise(v, v), math.Sqrt(max(0, 1-float64(w)*float64(w)))
	}
	return apply("about", shape.Clone(), fused[T]{
		forward: func(in [][]T, out []T) {
			for i := range shape[0] {
				at, z, w := row(in[0], i, n), row(out, i, n), float64(in[2][i])
				_, _, height := across(at, row(in[1], i, n), in[2][i])
				for k := range z {
					z[k] = T(w*float64(at[k]) + height*float64(v[k]))
				}
			}
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			clear(din[1])
			clear(din[2])
			dv, dt := make([]T, n), make([]T, n)
			for i := range shape[0] {
				at, eps, dz, dm := row(in[0], i, n), row(in[1], i, n), row(grad, i, n), row(din[0], i, n)
				along, length, height := across(at, eps, in[2][i])
				for k := range dv {
					dv[k] = T(height * float64(dz[k]))
				}
				back(dt, dv, v, length)
				pull := product64(dt, at)
				for k := range dm {
					dm[k] = T(float64(in[2][i])*float64(dz[k]) - along*float64(dt[k]) - pull*float64(eps[k]))
				}
			}
		},
	}, m, noise[0], noise[1])
}
