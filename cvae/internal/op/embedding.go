package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// gather writes the embedding rows of ids to x (len(ids), w.Cols).
func gather[T kernel.Float](t *kernel.Team, w *Weight[T], ids []int32, x []T) {
	kernel.Gather(t, x, w.Value, ids, w.Cols)
}

// scatter adds dx (len(ids), w.Cols) to the gradient rows of ids, in token
// order.
func scatter[T kernel.Float](t *kernel.Team, w *Weight[T], ids []int32, dx []T) {
	for _, id := range ids {
		w.touch(id)
	}
	kernel.Scatter(t, w.Grad, ids, dx, w.Cols)
}
