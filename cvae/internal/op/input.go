package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// An input is what a recurrent layer reads: row r of the layout reads row
// of[r] of x (n, E), or row r of it when of is nil. A word that occurs several
// times in a batch is one row of x, so that it is multiplied once.
type input[T kernel.Float] struct {
	x, dx []T // (n, E) and its gradient
	of    []int32

	words []int32 // of an embedding: the word of each row of x
	place []int32 // of every word of the vocabulary, its row of x + 1; 0: none
}

// rows is the number of rows of x for a layer with e inputs.
func (in *input[T]) rows(e int) int { return len(in.x) / e }

// read takes the words of every row of the layout from an embedding, the
// different ones in the order of their first use.
func (in *input[T]) read(t *kernel.Team, e *Weight[T], ids []int32) {
	in.of, in.words = resize(in.of, len(ids)), in.words[:0]
	if len(in.place) != e.Rows {
		in.place = make([]int32, e.Rows)
	}
	for r, id := range ids {
		if in.place[id] == 0 {
			in.words = append(in.words, id)
			in.place[id] = int32(len(in.words))
		}
		in.of[r] = in.place[id] - 1
	}
	for _, id := range in.words {
		in.place[id] = 0
	}
	in.gather(t, e)
}

// readEach takes the words of every row of the layout, each as a row of its own.
func (in *input[T]) readEach(t *kernel.Team, e *Weight[T], ids []int32) {
	in.of, in.words = nil, append(in.words[:0], ids...)
	in.gather(t, e)
}

func (in *input[T]) gather(t *kernel.Team, e *Weight[T]) {
	in.x = resize(in.x, len(in.words)*e.Cols)
	kernel.Gather(t, in.x, e.Value, in.words, e.Cols)
}

// scatter adds dx to the gradient rows of the words.
func (in *input[T]) scatter(t *kernel.Team, e *Weight[T]) { e.scatter(t, in.words, in.dx) }
