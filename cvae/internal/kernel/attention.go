package kernel

import (
	"math"
	"slices"
)

// attentionRows is how many queries of a tile are scored at once: with 256 keys
// and values of 64 numbers a tile and what it reads stay in the L2 cache.
const attentionRows = 48

// Sequences says where sequences lie in a matrix: step s of sequence p is row
// Offset[s]+p of it, for s < Length[p]. Lengths descend.
type Sequences struct{ Length, Offset []int }

// A Memory is the keys and values that sequences of queries attend to, of several
// examples: those of example i are rows First[i] to First[i]+Count[i]−1.
type Memory[T Float] struct {
	First, Count []int
	Of           []int // of every sequence, its example
	// Rows is (rows, H), keys that are the values too, or with Beside (rows, 2·H),
	// the values beside the keys.
	Rows   []T
	Beside bool
	Scale  T // of the products of queries and keys
}

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
	attend(t, selfAttention(t, s, heads, qkv, nil, out, norm))
}

// AttentionBackward is the reverse of [Attention], from the gradient of out, dout
// (rows, H), to that of qkv, dqkv (rows, 3·H). It computes the scores again.
func AttentionBackward[T Float](t *Team, s Sequences, heads int, qkv, out, norm, dout, dqkv []T) {
	job := selfAttention(t, s, heads, qkv, dqkv, out, norm)
	job.dout = dout
	attend(t, job)
}

func selfAttention[T Float](t *Team, s Sequences, heads int, qkv, dqkv, out, norm []T) attentionJob[T] {
	j := attentionJob[T]{team: t, at: s, heads: heads, out: out, norm: norm}
	if len(s.Length) == 0 {
		return j
	}
	j.longest = s.Length[0]
	j.asks, j.has, j.gives = part[T]{qkv, dqkv, 3, 0}, part[T]{qkv, dqkv, 3, 1}, part[T]{qkv, dqkv, 3, 2}
	j.scale = T(1 / math.Sqrt(float64(j.sized()/heads)))
	return j
}

// AttendTo is attention of every sequence of queries q (rows, H) to the whole of a
// memory:
//
//	out_t = Σ_s softmax_s(Scale·q_t·k_s)·v_s
//
// with out and norm as in [Attention].
func AttendTo[T Float](t *Team, s Sequences, m Memory[T], heads int, q, out, norm []T) {
	attend(t, memoryAttention(t, s, m, heads, q, nil, nil, out, norm))
}

// AttendToBackward is the reverse of [AttendTo]: it sets the gradient of q, dq, and
// adds to that of the rows of the memory, drows. Sequences have different examples.
func AttendToBackward[T Float](t *Team, s Sequences, m Memory[T], heads int, q, out, norm, dout, dq, drows []T) {
	job := memoryAttention(t, s, m, heads, q, dq, drows, out, norm)
	job.dout = dout
	attend(t, job)
}

func memoryAttention[T Float](t *Team, s Sequences, m Memory[T], heads int, q, dq, drows, out, norm []T) attentionJob[T] {
	j := attentionJob[T]{team: t, at: s, heads: heads, out: out, norm: norm, first: m.First, count: m.Count, of: m.Of, scale: m.Scale}
	if len(s.Length) == 0 {
		return j
	}
	j.longest = max(s.Length[0], slices.Max(m.Count))
	j.asks, j.has = part[T]{q, dq, 1, 0}, part[T]{m.Rows, drows, 1, 0}
	if m.Beside {
		j.has.of = 2
	}
	j.gives = j.has
	j.gives.at = j.has.of - 1
	j.sized()
	return j
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
	for i := range j.heap {
		j.heap[i].reserve(j.longest, j.size, panelWidth[T](t.path))
	}
	t.Do(len(j.at.Length)*j.heads, j)
	*j = attentionJob[T]{heap: j.heap}
}

// A part is one of several matrices (rows, H) that lie side by side, and its
// gradient.
type part[T Float] struct {
	value, grad []T
	of, at      int
}

// An attentionJob is one parallel Attention or AttendTo, or with dout its reverse.
type attentionJob[T Float] struct {
	team               *Team
	at                 Sequences
	first, count, of   []int // of the memory; nil: sequences attend to themselves
	heads, width, size int   // width H, size d
	longest            int   // of the sequences and of the examples of the memory
	scale              T
	asks, has, gives   part[T] // queries, keys and values
	out, norm, dout    []T
	heap               []attentionHeap[T] // by worker
}

// sized sets H and d, and returns H.
func (j *attentionJob[T]) sized() int {
	j.width = len(j.out) / j.at.Offset[len(j.at.Offset)-1]
	j.size = j.width / j.heads
	return j.width
}

// An attentionHeap is one worker's memory: matrices of d columns of one head of one
// sequence, with a row for each query or key, and tiles of scores of so many queries
// by all keys.
type attentionHeap[T Float] struct {
	q, k, v, o   []T // q is scaled
	dq, dk, dv   []T
	scores, back []T
	keys, values Packed[T] // of the products with queries and with scores
	other, some  Packed[T] // of those of the way back, and of one tile
}

// reserve makes room for n queries and keys of d numbers, so that what memory a worker
// needs does not depend on which heads it gets.
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
	h.m = h.n
	if j.of != nil {
		h.m = j.count[j.of[h.p]]
	}
	h.read()
	if j.dout == nil {
		h.forward()
	} else {
		h.backward()
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
