package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// rowChunk is how many rows one task of eachRow takes.
const rowChunk = 8

// eachRow calls f for every row in [0, rows), in parallel.
func eachRow(t *kernel.Team, rows int, f func(row int)) {
	t.Run((rows+rowChunk-1)/rowChunk, func(task, _ int) {
		for i := task * rowChunk; i < min(rows, (task+1)*rowChunk); i++ {
			f(i)
		}
	})
}

// resize returns a slice of n elements, reusing s where it is large enough.
// The contents are undefined.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// zeroed is resize with all elements zero.
func zeroed[T kernel.Float](s []T, n int) []T {
	s = resize(s, n)
	clear(s)
	return s
}

// repeat fills every row of dst (rows, len(row)) with row.
func repeat[T kernel.Float](t *kernel.Team, dst, row []T) {
	n := len(row)
	eachRow(t, len(dst)/n, func(i int) { copy(dst[i*n:(i+1)*n], row) })
}

// columnChunk is how many columns one task of addColumns takes.
const columnChunk = 64

// addColumns adds the sum over rows of m (rows, len(sum)) to sum; every column
// is summed in row order by one worker.
func addColumns[T kernel.Float](t *kernel.Team, sum, m []T) {
	n := len(sum)
	t.Run((n+columnChunk-1)/columnChunk, func(task, _ int) {
		lo, hi := task*columnChunk, min(n, (task+1)*columnChunk)
		for r := 0; r < len(m); r += n {
			kernel.Add(t.Path(), sum[lo:hi], m[r+lo:r+hi])
		}
	})
}

// product computes y (rows, w.Rows) += x·Wᵀ.
func product[T kernel.Float](t *kernel.Team, rows int, x []T, w *Weight[T], y []T) {
	kernel.Gemm(t, rows, kernel.Rows(x, w.Cols), w.transposed(t), y, w.Rows, true)
}

// inputGradient computes dx (rows, w.Cols) = dy·W, or += when accumulate.
func inputGradient[T kernel.Float](t *kernel.Team, rows int, dy []T, w *Weight[T], dx []T, accumulate bool) {
	kernel.Gemm(t, rows, kernel.Rows(dy, w.Rows), w.straight(t), dx, w.Cols, accumulate)
}

// weightGradient adds dyᵀ·x to w.Grad for dy (rows, w.Rows) and x (rows,
// w.Cols). pack holds the packed x.
func weightGradient[T kernel.Float](t *kernel.Team, rows int, dy, x []T, w *Weight[T], pack *kernel.Packed[T]) {
	if rows == 0 {
		return
	}
	pack.Pack(t, rows, w.Cols, x, w.Cols)
	kernel.Gemm(t, w.Rows, kernel.Columns(dy, w.Rows), pack, w.Grad, w.Cols, true)
}
