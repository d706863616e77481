package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// gather writes the embedding rows of ids to x (len(ids), w.Cols).
func gather[T kernel.Float](t *kernel.Team, w *Weight[T], ids []int32, x []T) {
	eachRow(t, len(ids), func(i int) {
		copy(x[i*w.Cols:(i+1)*w.Cols], w.Row(w.Value, ids[i]))
	})
}

// scatter adds dx (len(ids), w.Cols) to the gradient rows of ids. Tasks own
// columns, so that every row is added to in token order.
func scatter[T kernel.Float](t *kernel.Team, w *Weight[T], ids []int32, dx []T) {
	for _, id := range ids {
		w.touch(id)
	}
	n := w.Cols
	t.Run((n+columnChunk-1)/columnChunk, func(task, _ int) {
		lo, hi := task*columnChunk, min(n, (task+1)*columnChunk)
		for i, id := range ids {
			kernel.Add(t.Path(), w.Row(w.Grad, id)[lo:hi], dx[i*n+lo:i*n+hi])
		}
	})
}
