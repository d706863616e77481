package op

import (
	"cmp"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// ragged lays sequences of different lengths out time-major without padding:
// sequences are ordered by length, longest first, so that those still alive at
// step t are a prefix, and the rows of one step are contiguous.
type ragged struct {
	order  []int // position → sequence
	length []int // of each position, descending
	offset []int // offset[t] is the first row of step t; one entry past the end
}

// layout prepares n sequences of the given lengths, all positive.
func (r *ragged) layout(lengths []int) {
	n := len(lengths)
	r.order, r.length = resize(r.order, n), resize(r.length, n)
	for i := range r.order {
		r.order[i] = i
	}
	slices.SortStableFunc(r.order, func(a, b int) int { return cmp.Compare(lengths[b], lengths[a]) })
	for p, s := range r.order {
		r.length[p] = lengths[s]
	}
	r.offset = append(r.offset[:0], 0)
	for t, alive := 0, n; n > 0 && t < r.length[0]; t++ {
		for r.length[alive-1] <= t {
			alive--
		}
		r.offset = append(r.offset, r.offset[t]+alive)
	}
}

// singles prepares n sequences of one step, in their order.
func (r *ragged) singles(n int) {
	r.order, r.length = resize(r.order, n), resize(r.length, n)
	for i := range n {
		r.order[i], r.length[i] = i, 1
	}
	r.offset = append(r.offset[:0], 0, n)
}

func (r *ragged) steps() int      { return len(r.offset) - 1 }
func (r *ragged) rows() int       { return r.offset[len(r.offset)-1] }
func (r *ragged) alive(t int) int { return r.offset[t+1] - r.offset[t] }
func (r *ragged) sequences() int  { return len(r.order) }
func (r *ragged) last(position int) int {
	return r.offset[r.length[position]-1] + position
}

// rowsOf is the layout for kernels.
func (r *ragged) rowsOf() kernel.Sequences {
	return kernel.Sequences{Length: r.length, Offset: r.offset}
}

// tokens writes the ids of the sequences in row order. With reverse every
// sequence is read from its end.
func (r *ragged) tokens(dst []int32, sequences [][]int32, reverse bool) []int32 {
	dst = resize(dst, r.rows())
	for p, s := range r.order {
		seq := sequences[s]
		for t := range seq {
			id := seq[t]
			if reverse {
				id = seq[len(seq)-1-t]
			}
			dst[r.offset[t]+p] = id
		}
	}
	return dst
}
