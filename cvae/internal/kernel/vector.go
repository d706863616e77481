package kernel

import "math"

// Max returns the largest element, NaN if any element is NaN, -Inf if x is
// empty.
//
//	for i { if x[i] > m || isNaN(x[i]) { m = x[i] } }
func Max[T Float](p Path, x []T) T {
	if vector[T](p) {
		return T(maxAsm(p, ptr(x), len(x)))
	}
	m := T(math.Inf(-1))
	for _, v := range x {
		if v != v {
			return v
		}
		if v > m {
			m = v
		}
	}
	return m
}

// Add computes dst[i] += x[i]. dst may be x.
func Add[T Float](p Path, dst, x []T) {
	dst = dst[:len(x)]
	if vector[T](p) {
		addAsm(p, ptr(dst), ptr(x), len(x))
		return
	}
	for i, v := range x {
		dst[i] += v
	}
}

// AddRows adds all rows of a matrix to dst, in their order: row r is x[r*ld:],
// of len(dst) columns. dst must not overlap x.
//
//	for r < rows, i { dst[i] += x[r*ld+i] }
func AddRows[T Float](p Path, dst, x []T, rows, ld int) {
	if rows == 0 || len(dst) == 0 {
		return
	}
	_ = x[(rows-1)*ld+len(dst)-1]
	if vector[T](p) {
		addRowsAsm(p, ptr(dst), ptr(x), rows, ld, len(dst))
		return
	}
	for r := range rows {
		Add(p, dst, x[r*ld:][:len(dst)])
	}
}

// AXPY computes dst[i] += a*x[i]; the assembly rounds once, the reference
// twice. dst may be x.
func AXPY[T Float](p Path, dst []T, a T, x []T) {
	dst = dst[:len(x)]
	if vector[T](p) {
		axpyAsm(p, ptr(dst), ptr(x), len(x), float32(a))
		return
	}
	for i, v := range x {
		dst[i] += T(a * v)
	}
}

// Scale computes dst[i] *= a.
func Scale[T Float](p Path, dst []T, a T) {
	if vector[T](p) {
		scaleAsm(p, ptr(dst), len(dst), float32(a))
		return
	}
	for i := range dst {
		dst[i] *= a
	}
}

// ScaleAdd computes x[i] *= a and adds the products to dst, which must not
// overlap x.
//
//	for i { x[i] *= a; dst[i] += x[i] }
func ScaleAdd[T Float](p Path, dst, x []T, a T) {
	dst = dst[:len(x)]
	if vector[T](p) {
		scaleAddAsm(p, ptr(dst), ptr(x), len(x), float32(a))
		return
	}
	for i, v := range x {
		v = T(v * a)
		x[i] = v
		dst[i] += v
	}
}

// SumSquares returns the sum of x[i]*x[i] in float64: eight running sums, one
// for each i modulo 8, folded at the end. Squares of float32 are exact in
// float64, so every path gives the same bits for float32.
func SumSquares[T Float](p Path, x []T) float64 {
	if vector[T](p) {
		return sumSquaresAsm(p, ptr(x), len(x))
	}
	var lanes [8]float64
	for i, v := range x {
		lanes[i%8] += float64(float64(v) * float64(v))
	}
	return fold(lanes)
}
