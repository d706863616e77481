package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Source is the states of the words of the contexts of a batch, which a decoder with
// attention reads: row by row those of the words of every turn, oldest turn first, of
// one example after the other. A word's state is that of the turn encoder after it, in
// both directions, plus a vector for the age of its turn, as no state knows of other
// turns.
type Source[T kernel.Float] struct {
	width        int
	rows, grad   []T     // (words, W); grad is empty where nobody goes backward
	age          []int32 // (words) 0 in the last turn
	first, count []int   // of every example, its first word and how many
	turn         []int   // of every turn of the batch, its first word
}

// Examples is the number of contexts.
func (s *Source[T]) Examples() int { return len(s.first) }

// arrange makes room for the words of contexts of features of so many columns, whose
// turns are of so many ages.
func (s *Source[T]) arrange(contexts [][][]int32, width, ages int, gradient bool) {
	s.width, s.age, s.first, s.count, s.turn = width, s.age[:0], s.first[:0], s.count[:0], s.turn[:0]
	for _, turns := range contexts {
		s.first = append(s.first, len(s.age))
		for i, words := range turns {
			s.turn = append(s.turn, len(s.age))
			for range words {
				s.age = append(s.age, int32(min(len(turns)-1-i, ages-1)))
			}
		}
		s.count = append(s.count, len(s.age)-s.first[len(s.first)-1])
	}
	s.rows, s.grad = resize(s.rows, len(s.age)*width), s.grad[:0]
	if gradient {
		s.grad = zeroed(s.grad, len(s.rows))
	}
}

// memory is what sequences of queries attend to: those of the examples of, in rows that
// are of the words of the source, one for each.
func (s *Source[T]) memory(of []int, rows []T, beside bool, scale T) kernel.Memory[T] {
	return kernel.Memory[T]{First: s.first, Count: s.count, Of: of, Rows: rows, Beside: beside, Scale: scale}
}

// examplesOf is the example that each of m hypotheses continues: as many as there are
// examples, or all of one.
func (s *Source[T]) examplesOf(m int) []int {
	of := make([]int, m)
	for i := range of {
		of[i] = i % s.Examples()
	}
	return of
}

// Append adds the words of the one context of another source, for n hypotheses more. It is
// for generation: nobody encodes into what was appended to.
func (s *Source[T]) Append(one *Source[T], n int) {
	s.width = one.width
	for range n {
		s.first, s.count = append(s.first, len(s.age)), append(s.count, len(one.age))
	}
	s.rows, s.age = append(s.rows, one.rows...), append(s.age, one.age...)
}

// A wordStates is the job of one turn that copies its states between a direction of the
// turn encoder and a Source.
type wordStates[T kernel.Float] struct {
	*Source[T]
	path    kernel.Path
	seq     *ragged
	hidden  []T // (rows, H) or the gradient of it
	at      int // first column
	reverse bool
	back    bool
}

// Row is one position of the turns.
func (w *wordStates[T]) Row(position int) {
	n := w.seq.length[position]
	h := len(w.hidden) / w.seq.rows()
	for step := range n {
		word := w.turn[w.seq.order[position]] + step
		if w.reverse {
			word += n - 1 - 2*step
		}
		state := row(w.hidden, w.seq.offset[step]+position, h)
		if w.back {
			kernel.Add(w.path, state, row(w.grad, word, w.width)[w.at:w.at+h])
		} else {
			copy(row(w.rows, word, w.width)[w.at:], state)
		}
	}
}
