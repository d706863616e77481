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

// columnChunk is how many columns one task of scatter takes, and the unit of
// those of addColumns.
const columnChunk = 64

// rowBlock is how many rows addColumns adds before it goes on with the next
// columns: few enough to stay in the cache and in the pages the CPU remembers.
const rowBlock = 32

// addColumns adds the sum over rows of m (rows, len(sum)) to sum; every column
// is summed in row order by one worker.
func addColumns[T kernel.Float](t *kernel.Team, sum, m []T) {
	n := len(sum)
	rows := len(m) / n
	chunk := (n/(2*t.Threads())/columnChunk + 1) * columnChunk
	t.Run((n+chunk-1)/chunk, func(task, _ int) {
		lo, hi := task*chunk, min(n, (task+1)*chunk)
		for r := 0; r < rows; r += rowBlock {
			kernel.AddRows(t.Path(), sum[lo:hi], m[r*n+lo:], min(rowBlock, rows-r), n)
		}
	})
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
// w.Cols). pack holds the packed x.
func weightGradient[T kernel.Float](t *kernel.Team, rows int, dy, x []T, w *Weight[T], pack *kernel.Packed[T]) {
	if rows == 0 {
		return
	}
	pack.Pack(t, rows, w.Cols, x, w.Cols)
	kernel.Gemm(t, w.Rows, kernel.Columns(dy, w.Rows), pack, w.Grad, w.Cols, kernel.Itself[T]())
}
