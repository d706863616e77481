package cvae

import "github.com/cvae-go/cvae/cvae/internal/nn"

// A Span is elements [Lo,Hi) of parameter Of, in the order of [Model.Params].
type Span struct{ Of, Lo, Hi int }

// pieceSize is how many elements one task of an update works on.
const pieceSize = 1 << 15

// Pieces cuts all parameters into spans of a size that suits one task. Ranks own whole
// pieces.
func Pieces[T Float](params []*nn.Param[T]) (pieces []Span) {
	for i, p := range params {
		for lo := 0; lo < len(p.Value); lo += pieceSize {
			pieces = append(pieces, Span{i, lo, min(len(p.Value), lo+pieceSize)})
		}
	}
	return pieces
}

// Shared is the owner of a piece that every rank keeps: that of an embedding. Adam moves
// all of its rows in every step, and only the touched ones are worth sending.
const Shared = -1

// Owners says which of n ranks owns each of the pieces of a model: it adds up their
// gradients and moves them, and the others receive what becomes of them. The decoder's
// pieces and those of the rest are each divided into contiguous shares of about one size,
// so that all ranks send about as much at any time.
func Owners[T Float](m *Model[T], pieces []Span, n int) []int {
	owners := make([]int, len(pieces))
	for _, decoding := range []bool{false, true} {
		total, before := 0, 0
		mine := func(s Span) bool { return !m.Params()[s.Of].Sparse && m.decoding(s.Of) == decoding }
		for _, s := range pieces {
			if mine(s) {
				total += s.Hi - s.Lo
			}
		}
		for i, s := range pieces {
			if mine(s) {
				owners[i] = (2*before + s.Hi - s.Lo) * n / (2 * total)
				before += s.Hi - s.Lo
			}
		}
	}
	for i, s := range pieces {
		if m.Params()[s.Of].Sparse {
			owners[i] = Shared
		}
	}
	return owners
}

// decoding reports whether the gradient of parameter i is whole once a batch has been
// decoded backward.
func (m *Model[T]) decoding(i int) bool { return i >= m.encoders && i < m.decoded }

// spansOf are the spans of a rank, of the decoder or of the rest, neighbours as one.
func spansOf[T Float](m *Model[T], pieces []Span, owners []int, rank int, decoding bool) (spans []Span) {
	for i, s := range pieces {
		if owners[i] != rank || m.decoding(s.Of) != decoding {
			continue
		}
		if n := len(spans); n > 0 && spans[n-1].Of == s.Of && spans[n-1].Hi == s.Lo {
			spans[n-1].Hi = s.Hi
			continue
		}
		spans = append(spans, s)
	}
	return spans
}
