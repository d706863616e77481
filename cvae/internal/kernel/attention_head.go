package kernel

import "math"

// An attentionHead is one head of one sequence of n queries for m keys, at work.
type attentionHead[T Float] struct {
	*attentionJob[T]
	*attentionHeap[T]
	worker, p, head, n, m int
}

// rowOf is the row of query or key s.
func (h *attentionHead[T]) rowOf(s int, key bool) int {
	if key && h.of != nil {
		return h.first[h.of[h.p]] + s
	}
	return h.at.Offset[s] + h.p
}

// seen is how many keys the first s queries see.
func (h *attentionHead[T]) seen(s int) int {
	if h.of != nil {
		return h.m
	}
	return s
}

// row is what part of a row of m belongs to the head; m has parts of H columns.
func (h *attentionHead[T]) row(m []T, parts, part, r int) []T {
	at := (r*parts+part)*h.width + h.head*h.size
	return m[at : at+h.size]
}

// gather copies a part of the rows of n queries or keys to dst (n, d).
func (h *attentionHead[T]) gather(dst, m []T, parts, part, n int, key bool) []T {
	dst = grow(dst, n*h.size)
	for s := range n {
		copy(dst[s*h.size:], h.row(m, parts, part, h.rowOf(s, key)))
	}
	return dst
}

// spread copies the gradients src of the n queries or keys to a part of their rows;
// those of a memory are added.
func (h *attentionHead[T]) spread(to *part[T], n int, key bool, src []T) {
	for s := range n {
		into, from := h.row(to.grad, to.of, to.at, h.rowOf(s, key)), src[s*h.size:(s+1)*h.size]
		if key && h.of != nil {
			Add(h.team.path, into, from)
		} else {
			copy(into, from)
		}
	}
}

// read makes the matrices of the head.
func (h *attentionHead[T]) read() {
	h.q = h.gather(h.q, h.asks.value, h.asks.of, h.asks.at, h.n, false)
	h.k = h.gather(h.k, h.has.value, h.has.of, h.has.at, h.m, true)
	h.v = h.gather(h.v, h.gives.value, h.gives.of, h.gives.at, h.m, true)
	Scale(h.team.path, h.q, h.scale)
	h.keys.packHere(h.team.path, h.size, h.m, h.k, h.size, true)
	h.scores = grow(h.scores, min(attentionRows, h.n)*h.m)
}

// times computes c (rows, ld) = base + a·b for the first columns of b and its first
// depth rows. The columns go on to the end of a panel.
func (h *attentionHead[T]) times(rows int, a Operand[T], b *Packed[T], columns, depth int, c []T, ld int, base Base[T]) {
	p := product[T]{a, b, c, ld, base}
	p.upTo(h.team, h.worker, 0, rows, 0, ceilDiv(columns, b.width), depth)
}

func (h *attentionHead[T]) forward() {
	d, path := h.size, h.team.path
	h.values.packHere(path, h.m, d, h.v, d, false)
	h.o = grow(h.o, h.n*d)
	for r0 := 0; r0 < h.n; r0 += attentionRows {
		r1 := min(h.n, r0+attentionRows)
		most := h.seen(r1)
		h.times(r1-r0, Rows(h.q[r0*d:], d), &h.keys, most, d, h.scores, h.m, Base[T]{})
		for i := r0; i < r1; i++ {
			line := h.scores[(i-r0)*h.m:][:most]
			seen := line[:h.seen(i+1)]
			top := Max(path, seen)
			mass := ExpSum(path, seen, seen, top)
			Scale(path, seen, T(1/mass))
			clear(line[len(seen):])
			*h.denominator(i) = T(float64(top) + math.Log(mass))
		}
		h.times(r1-r0, Rows(h.scores, h.m), &h.values, d, most, h.o[r0*d:], d, Base[T]{})
	}
	for s := range h.n {
		copy(h.row(h.out, 1, 0, h.rowOf(s, false)), h.o[s*d:(s+1)*d])
	}
}

// denominator is the logarithm of that of the softmax of step s.
func (h *attentionHead[T]) denominator(s int) *T {
	return &h.norm[h.rowOf(s, false)*h.heads+h.head]
}

func (h *attentionHead[T]) backward() {
	d, path := h.size, h.team.path
	do := h.gather(h.o, h.dout, 1, 0, h.n, false)
	h.o = do
	h.values.packHere(path, d, h.m, h.v, d, true)
	h.other.packHere(path, h.m, d, h.k, d, false)
	h.dq, h.dk, h.dv = grow(h.dq, h.n*d), grow(h.dk, h.m*d), grow(h.dv, h.m*d)
	clear(h.dk)
	clear(h.dv)
	h.back = grow(h.back, len(h.scores))
	for r0 := 0; r0 < h.n; r0 += attentionRows {
		r1 := min(h.n, r0+attentionRows)
		rows, most := r1-r0, h.seen(r1)
		h.times(rows, Rows(h.q[r0*d:], d), &h.keys, most, d, h.scores, h.m, Base[T]{})
		h.times(rows, Rows(do[r0*d:], d), &h.values, most, d, h.back, h.m, Base[T]{})
		h.softmaxBackward(r0, r1, do)
		h.some.packHere(path, rows, d, do[r0*d:], d, false)
		h.times(most, Columns(h.scores, h.m), &h.some, d, rows, h.dv, d, Itself[T]())
		h.times(rows, Rows(h.back, h.m), &h.other, d, most, h.dq[r0*d:], d, Base[T]{})
		h.some.packHere(path, rows, d, h.q[r0*d:], d, false)
		h.times(most, Columns(h.back, h.m), &h.some, d, rows, h.dk, d, Itself[T]())
	}
	Scale(path, h.dq, h.scale)
	h.spread(&h.asks, h.n, false, h.dq)
	h.spread(&h.has, h.m, true, h.dk)
	h.spread(&h.gives, h.m, true, h.dv)
}

// softmaxBackward turns the scores of queries [r0,r1) into probabilities, and the
// gradients of those, back, into the gradients of the scores:
//
//	back = scores∘(back − out·dout)
func (h *attentionHead[T]) softmaxBackward(r0, r1 int, dout []T) {
	most := h.seen(r1)
	for i := r0; i < r1; i++ {
		scores, back, n := h.scores[(i-r0)*h.m:][:most], h.back[(i-r0)*h.m:][:most], h.seen(i+1)
		ExpSum(h.team.path, scores[:n], scores[:n], *h.denominator(i))
		mean := T(0)
		out := h.row(h.out, 1, 0, h.rowOf(i, false))
		for k, v := range dout[i*h.size : (i+1)*h.size] {
			mean += T(v * out[k])
		}
		for k, v := range scores[:n] {
			back[k] = T(v * (back[k] - mean))
		}
		clear(scores[n:])
		clear(back[n:])
	}
}
