package kernel

import "math"

// attentionRows is how many queries of a tile are scored at once: with 256 keys
// and values of 64 numbers a tile and what it reads stay in the L2 cache.
const attentionRows = 48

// Sequences says where sequences lie in a matrix: step s of sequence p is row
// Offset[s]+p of it, for s < Length[p]. Lengths descend.
type Sequences struct{ Length, Offset []int }

// Attention is causal self-attention (Vaswani et al. 2017, 3.2) of every sequence
// for itself. qkv (rows, 3·H) are the queries, keys and values of all heads, side by
// side; out (rows, H) receives
//
//	out_t = Σ_{s≤t} softmax_s(q_t·k_s/√d)·v_s, d = H/heads
//
// and norm (rows, heads) the logarithm of the denominator of every softmax, for
// [AttentionBackward]. It is parallel over sequences and heads. A worker holds the
// scores of one tile of queries of one head.
func Attention[T Float](t *Team, s Sequences, heads int, qkv, out, norm []T) {
	attend(t, attentionJob[T]{team: t, at: s, heads: heads, qkv: qkv, out: out, norm: norm})
}

// AttentionBackward is the reverse of [Attention], from the gradient of out, dout
// (rows, H), to that of qkv, dqkv (rows, 3·H). It computes the scores again.
func AttentionBackward[T Float](t *Team, s Sequences, heads int, qkv, out, norm, dout, dqkv []T) {
	attend(t, attentionJob[T]{team: t, at: s, heads: heads, qkv: qkv, out: out, norm: norm, dout: dout, dqkv: dqkv})
}

func attend[T Float](t *Team, job attentionJob[T]) {
	if len(job.at.Length) == 0 {
		return
	}
	j := &jobsOf[T](t).attention
	job.heap = j.heap
	*j = job
	for len(j.heap) < t.Threads() {
		j.heap = append(j.heap, attentionHeap[T]{})
	}
	j.width = len(j.out) / j.at.Offset[len(j.at.Offset)-1]
	j.size = j.width / j.heads
	for i := range j.heap {
		j.heap[i].reserve(j.at.Length[0], j.size, panelWidth[T](t.path))
	}
	t.Do(len(j.at.Length)*j.heads, j)
	*j = attentionJob[T]{heap: j.heap}
}

// An attentionJob is one parallel Attention, or with dqkv its reverse.
type attentionJob[T Float] struct {
	team                       *Team
	at                         Sequences
	heads, width, size         int // width H, size d
	qkv, out, norm, dout, dqkv []T
	heap                       []attentionHeap[T] // by worker
}

// An attentionHeap is one worker's memory: matrices (n, d) of one head of one
// sequence of n steps, and tiles of scores (attentionRows, n).
type attentionHeap[T Float] struct {
	q, k, v, o   []T // q is scaled by 1/√d
	dq, dk, dv   []T
	scores, back []T
	keys, values Packed[T] // of the products with queries and with scores
	other, some  Packed[T] // of those of the way back, and of one tile
}

// reserve makes room for n steps of d numbers, so that what memory a worker needs does
// not depend on which heads it gets.
func (h *attentionHeap[T]) reserve(n, d, panel int) {
	for _, m := range []*[]T{&h.q, &h.k, &h.v, &h.o, &h.dq, &h.dk, &h.dv} {
		*m = grow(*m, n*d)
	}
	rows := min(attentionRows, n)
	h.scores, h.back = grow(h.scores, rows*n), grow(h.back, rows*n)
	most := max(ceilDiv(n, panel)*panel*d, ceilDiv(d, panel)*panel*n)
	for _, m := range []*Packed[T]{&h.keys, &h.values, &h.other, &h.some} {
		m.data = grow(m.data, most)
	}
}

// Task is one head of one sequence.
func (j *attentionJob[T]) Task(task, worker int) {
	h := attentionHead[T]{attentionJob: j, attentionHeap: &j.heap[worker], worker: worker, p: task / j.heads, head: task % j.heads}
	h.n = j.at.Length[h.p]
	h.read()
	if j.dqkv == nil {
		h.forward()
	} else {
		h.backward()
	}
}

// An attentionHead is one head of one sequence, at work.
type attentionHead[T Float] struct {
	*attentionJob[T]
	*attentionHeap[T]
	worker, p, head, n int
}

// row is what part of row s of m belongs to the head; m has parts of H columns.
func (h *attentionHead[T]) row(m []T, parts, part, s int) []T {
	at := ((h.at.Offset[s]+h.p)*parts+part)*h.width + h.head*h.size
	return m[at : at+h.size]
}

// gather copies a part of every row to dst (n, d).
func (h *attentionHead[T]) gather(dst, m []T, parts, part int) []T {
	dst = grow(dst, h.n*h.size)
	for s := range h.n {
		copy(dst[s*h.size:], h.row(m, parts, part, s))
	}
	return dst
}

// spread copies the rows of src (n, d) to a part of every row.
func (h *attentionHead[T]) spread(m []T, parts, part int, src []T) {
	for s := range h.n {
		copy(h.row(m, parts, part, s), src[s*h.size:])
	}
}

// scale is 1/√d.
func (h *attentionHead[T]) scale() T { return T(1 / math.Sqrt(float64(h.size))) }

// read makes the matrices of the head.
func (h *attentionHead[T]) read() {
	h.q, h.k, h.v = h.gather(h.q, h.qkv, 3, 0), h.gather(h.k, h.qkv, 3, 1), h.gather(h.v, h.qkv, 3, 2)
	Scale(h.team.path, h.q, h.scale())
	h.keys.packHere(h.team.path, h.size, h.n, h.k, h.size, true)
	h.scores = grow(h.scores, min(attentionRows, h.n)*h.n)
}

// times computes c (rows, ld) = base + a·b for the first columns of b and its first
// depth rows. The columns go on to the end of a panel.
func (h *attentionHead[T]) times(rows int, a Operand[T], b *Packed[T], columns, depth int, c []T, ld int, base Base[T]) {
	p := product[T]{a, b, c, ld, base}
	p.upTo(h.team, h.worker, 0, rows, 0, ceilDiv(columns, b.width), depth)
}

func (h *attentionHead[T]) forward() {
	d, path := h.size, h.team.path
	h.values.packHere(path, h.n, d, h.v, d, false)
	h.o = grow(h.o, h.n*d)
	for r0 := 0; r0 < h.n; r0 += attentionRows {
		r1 := min(h.n, r0+attentionRows)
		h.times(r1-r0, Rows(h.q[r0*d:], d), &h.keys, r1, d, h.scores, h.n, Base[T]{})
		for i := r0; i < r1; i++ {
			line := h.scores[(i-r0)*h.n:][:r1]
			seen := line[:i+1]
			top := Max(path, seen)
			mass := ExpSum(path, seen, seen, top)
			Scale(path, seen, T(1/mass))
			clear(line[i+1:])
			*h.denominator(i) = T(float64(top) + math.Log(mass))
		}
		h.times(r1-r0, Rows(h.scores, h.n), &h.values, d, r1, h.o[r0*d:], d, Base[T]{})
	}
	h.spread(h.out, 1, 0, h.o)
}

// denominator is the logarithm of that of the softmax of step s.
func (h *attentionHead[T]) denominator(s int) *T {
	return &h.norm[(h.at.Offset[s]+h.p)*h.heads+h.head]
}

func (h *attentionHead[T]) backward() {
	d, path := h.size, h.team.path
	do := h.gather(h.o, h.dout, 1, 0)
	h.o = do
	h.values.packHere(path, d, h.n, h.v, d, true)
	h.other.packHere(path, h.n, d, h.k, d, false)
	h.dq, h.dk, h.dv = grow(h.dq, h.n*d), grow(h.dk, h.n*d), grow(h.dv, h.n*d)
	clear(h.dk)
	clear(h.dv)
	h.back = grow(h.back, len(h.scores))
	for r0 := 0; r0 < h.n; r0 += attentionRows {
		r1 := min(h.n, r0+attentionRows)
		rows := r1 - r0
		h.times(rows, Rows(h.q[r0*d:], d), &h.keys, r1, d, h.scores, h.n, Base[T]{})
		h.times(rows, Rows(do[r0*d:], d), &h.values, r1, d, h.back, h.n, Base[T]{})
		h.softmaxBackward(r0, r1, do)
		h.some.packHere(path, rows, d, do[r0*d:], d, false)
		h.times(r1, Columns(h.scores, h.n), &h.some, d, rows, h.dv, d, Itself[T]())
		h.times(rows, Rows(h.back, h.n), &h.other, d, r1, h.dq[r0*d:], d, Base[T]{})
		h.some.packHere(path, rows, d, h.q[r0*d:], d, false)
		h.times(r1, Columns(h.back, h.n), &h.some, d, rows, h.dk, d, Itself[T]())
	}
	Scale(path, h.dq, h.scale())
	h.spread(h.dqkv, 3, 0, h.dq)
	h.spread(h.dqkv, 3, 1, h.dk)
	h.spread(h.dqkv, 3, 2, h.dv)
}

// softmaxBackward turns the scores of queries [r0,r1) into probabilities, and the
// gradients of those, back, into the gradients of the scores:
//
//	back = scores∘(back − out·dout)
func (h *attentionHead[T]) softmaxBackward(r0, r1 int, dout []T) {
	for i := r0; i < r1; i++ {
		scores, back := h.scores[(i-r0)*h.n:][:r1], h.back[(i-r0)*h.n:][:r1]
		ExpSum(h.team.path, scores[:i+1], scores[:i+1], *h.denominator(i))
		mean := T(0)
		out := h.row(h.out, 1, 0, i)
		for k, v := range dout[i*h.size : (i+1)*h.size] {
			mean += T(v * out[k])
		}
		for k, v := range scores[:i+1] {
			back[k] = T(v * (back[k] - mean))
		}
		clear(scores[i+1:])
		clear(back[i+1:])
	}
}

// AttendOne is [Attention] for one more query q (H) of a sequence whose keys and
// values are the given rows of kv (…, 2·H): out (H) receives the sum. scores (rows)
// is scratch.
func AttendOne[T Float](p Path, heads int, q, kv []T, rows []int32, out, scores []T) {
	width := len(q)
	d := width / heads
	scale := T(1 / math.Sqrt(float64(d)))
	scores = scores[:len(rows)]
	clear(out)
	for h := 0; h < width; h += d {
		for i, r := range rows {
			scores[i] = inner(q[h:h+d], kv[int(r)*2*width+h:]) * scale
		}
		mass := ExpSum(p, scores, scores, Max(p, scores))
		Scale(p, scores, T(1/mass))
		for i, r := range rows {
			AXPY(p, out[h:h+d], scores[i], kv[(int(r)*2+1)*width+h:][:d])
		}
	}
}

// inner is the sum of x[i]*y[i]: four running sums, folded at the end.
func inner[T Float](x, y []T) T {
	y = y[:len(x)]
	var a, b, c, d T
	for len(x) >= 4 {
		a += T(x[0] * y[0])
		b += T(x[1] * y[1])
		c += T(x[2] * y[2])
		d += T(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		a += T(v * y[i])
	}
	return (a + c) + (b + d)
}
