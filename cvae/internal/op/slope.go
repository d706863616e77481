package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Slope is the gradient of a Weight apart from it: what Weight keeps in Grad and
// Touched.
type Slope[T kernel.Float] struct {
	Grad    []T
	Touched []int32
	seen    []bool
}

// NewSlope returns a zero gradient for w.
func (w *Weight[T]) NewSlope() *Slope[T] {
	return &Slope[T]{Grad: make([]T, len(w.Grad)), seen: make([]bool, len(w.seen))}
}

// Swap exchanges the gradient of w with s.
func (w *Weight[T]) Swap(s *Slope[T]) {
	w.Grad, s.Grad = s.Grad, w.Grad
	w.Touched, s.Touched = s.Touched, w.Touched
	w.seen, s.seen = s.seen, w.seen
}

// Gather adds s to the gradient of w, where sums are of the same numbers whatever rows
// either has: a row that one of them lacks is 0.
func (w *Weight[T]) Gather(t *kernel.Team, s *Slope[T]) {
	if !w.Sparse {
		kernel.AddAll(t, w.Grad, s.Grad)
		return
	}
	for _, r := range s.Touched {
		w.Touch(r)
	}
	for _, r := range w.Touched {
		kernel.Add(t.Path(), w.Row(w.Grad, r), w.Row(s.Grad, r))
	}
}
