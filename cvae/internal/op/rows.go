package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// resize returns a slice of n elements, reusing s where it is large enough.
// The contents are undefined.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/8)
	}
	return s[:n]
}

// zeroed is resize with all elements zero.
func zeroed[T kernel.Float](s []T, n int) []T {
	s = resize(s, n)
	clear(s)
	return s
}

// product computes y (rows, w.Rows) = base + x·Wᵀ.
func product[T kernel.Float](t *kernel.Team, rows int, x []T, w *Weight[T], base kernel.Base[T], y []T) {
	kernel.Gemm(t, rows, kernel.Rows(x, w.Cols), w.transposed(t), y, w.Rows, base)
}

// inputGradient computes dx (rows, w.Cols) = base + dy·W.
func inputGradient[T kernel.Float](t *kernel.Team, rows int, dy []T, w *Weight[T], base kernel.Base[T], dx []T) {
	kernel.Gemm(t, rows, kernel.Rows(dy, w.Rows), w.straight(t), dx, w.Cols, base)
}

// weightGradient adds dyᵀ·x to w.Grad for dy (rows, w.Rows) and x (rows,
// w.Cols).
func weightGradient[T kernel.Float](t *kernel.Team, rows int, dy, x []T, w *Weight[T]) {
	if rows == 0 {
		return
	}
	pack := kernel.Spare[T](t)
	pack.Pack(t, rows, w.Cols, x, w.Cols)
	kernel.Gemm(t, w.Rows, kernel.Columns(dy, w.Rows), pack, w.Grad, w.Cols, kernel.Itself[T]())
}
