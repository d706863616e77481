package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Weight is a parameter matrix (Rows, Cols), row-major. A layer that maps
// Cols inputs to Rows outputs reads it as y = W·x; an embedding reads its rows.
type Weight[T kernel.Float] struct {
	Rows, Cols int
	Value      []T
	// Grad is added to by the gradient ops and zeroed by ZeroGrad.
	Grad []T
	// Sparse weights are embeddings: Touched lists the rows whose gradient
	// may be non-zero, each once, in order of first use.
	Sparse  bool
	Touched []int32
	seen    []bool

	version int // counts the changes of Value
	forward kernel.Packed[T]
	packed  int // the version in forward
}

// NewWeight returns a zero weight.
func NewWeight[T kernel.Float](rows, cols int, sparse bool) *Weight[T] {
	w := &Weight[T]{Rows: rows, Cols: cols, Sparse: sparse, version: 1}
	w.Value, w.Grad = make([]T, rows*cols), make([]T, rows*cols)
	if sparse {
		w.seen = make([]bool, rows)
	}
	return w
}

// Changed drops the packed copies after Value has been written to.
func (w *Weight[T]) Changed() { w.version++ }

// ZeroGrad clears the gradient.
func (w *Weight[T]) ZeroGrad() {
	if !w.Sparse {
		clear(w.Grad)
		return
	}
	for _, r := range w.Touched {
		clear(w.Row(w.Grad, r))
		w.seen[r] = false
	}
	w.Touched = w.Touched[:0]
}

// Row returns row r of m, which is Value, Grad or laid out like them.
func (w *Weight[T]) Row(m []T, r int32) []T {
	return m[int(r)*w.Cols : (int(r)+1)*w.Cols]
}

// each is the row of a bias (1, Cols) under every row of a product; nothing for
// a nil bias.
func (w *Weight[T]) each() kernel.Base[T] {
	if w == nil {
		return kernel.Base[T]{}
	}
	return kernel.Each(w.Value)
}

// Touch lists row r of an embedding among those whose gradient may be non-zero.
func (w *Weight[T]) Touch(r int32) {
	if !w.seen[r] {
		w.seen[r] = true
		w.Touched = append(w.Touched, r)
	}
}

// scatter adds dx (len(ids), Cols) to the gradient rows of ids, in their order.
func (w *Weight[T]) scatter(t *kernel.Team, ids []int32, dx []T) {
	for _, id := range ids {
		w.Touch(id)
	}
	kernel.Scatter(t, w.Grad, ids, dx, w.Cols)
}

// transposed is Wᵀ packed for y = x·Wᵀ, made once after a change of Value or of the
// precision.
func (w *Weight[T]) transposed(t *kernel.Team) *kernel.Packed[T] {
	if w.packed != w.version || !kernel.Packs(t, &w.forward) {
		w.forward.PackTransposed(t, w.Cols, w.Rows, w.Value, w.Cols)
		w.packed = w.version
	}
	return &w.forward
}

// straight is W packed for dx = dy·W. A backward pass needs it for some products
// in a row, so all weights share the memory.
func (w *Weight[T]) straight(t *kernel.Team) *kernel.Packed[T] {
	backward, kept := kernel.Lend[T](t, w, w.version)
	if !kept {
		backward.Pack(t, w.Rows, w.Cols, w.Value, w.Cols)
	}
	return backward
}

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
