package kernel

// kBlock is the largest number of k that one pass sums in registers. It is part
// of the result: every path and every number of threads adds in this order.
const kBlock = 512

// A Base is what a product is added to: nothing, if it is the zero Base.
type Base[T Float] struct {
	itself bool
	row    []T
}

// Itself is C as it is.
func Itself[T Float]() Base[T] { return Base[T]{itself: true} }

// Each is the same row (N) for all rows of C, a bias; nil is nothing.
func Each[T Float](row []T) Base[T] { return Base[T]{row: row} }

// Gemm computes C = base + A·B: A has m rows and B's K columns, C[i][n] is
// c[i*ldc+n]. It is parallel over tiles of C. One worker owns a tile and sums k
// in one fixed order, so the result is bit-identical for any number of threads.
// C must not overlap A.
//
//	for i < m, n < N { C[i][n] = base[i][n]; for k < K { C[i][n] += A[i][k]*B[k][n] } }
//
// Where B was packed in [BF16] the elements of A and B are rounded to bfloat16.
// It allocates nothing once the workers' scratch has grown.
func Gemm[T Float](t *Team, m int, a Operand[T], b *Packed[T], c []T, ldc int, base Base[T]) {
	if m <= 0 || b.n == 0 {
		return
	}
	j := &jobsOf[T](t).gemm
	*j = gemmJob[T]{t, product[T]{a, b, c, ldc, base}, newGrid(t, m, b)}
	t.Do(j.grid.tasks(), j)
	*j = gemmJob[T]{}
}

// GemmPart is Gemm for rows [i0,i1) and panels [p0,p1) only, on the calling
// worker; c is the whole of C. It is for use inside [Team.Run] and gives the
// same bits as Gemm.
func GemmPart[T Float](t *Team, worker, i0, i1, p0, p1 int, a Operand[T], b *Packed[T], c []T, ldc int, base Base[T]) {
	p := product[T]{a, b, c, ldc, base}
	p.part(t, worker, i0, i1, p0, p1)
}

// A gemmJob is one parallel Gemm.
type gemmJob[T Float] struct {
	team    *Team
	product product[T]
	grid    grid
}

func (j *gemmJob[T]) Task(task, worker int) {
	i0, i1, p0, p1 := j.grid.tile(task)
	j.product.part(j.team, worker, i0, i1, p0, p1)
}

// A product is the operands of one Gemm.
type product[T Float] struct {
	a    Operand[T]
	b    *Packed[T]
	c    []T
	ldc  int
	base Base[T]
}

// part computes rows [i0,i1) of panels [p0,p1).
func (p *product[T]) part(t *Team, worker, i0, i1, p0, p1 int) {
	p.upTo(t, worker, i0, i1, p0, p1, p.b.depth())
}

// upTo is part with the first depth rows of the panels alone. The k blocks have equal length,
// and rows go through in stretches whose copy of A stays in the L2 cache.
func (p *product[T]) upTo(t *Team, worker, i0, i1, p0, p1, depth int) {
	if i0 >= i1 || p0 >= p1 {
		return
	}
	p.check(t, i1, p1, depth)
	kc := blockLength(depth)
	rows := stretchRows(t.path, kc)
	for i := i0; i < i1; i += rows {
		s := stretch[T]{product: p, i0: i, rows: min(rows, i1-i), p0: p0, p1: p1}
		if depth == 0 {
			s.empty()
		}
		for k := 0; k < depth; k += kc {
			s.k0, s.kc = k, min(kc, depth-k)
			s.run(t, worker)
		}
	}
}

// check panics unless the slices reach as far as the assembly will.
func (p *product[T]) check(t *Team, i1, p1, depth int) {
	if p.b.width != panelWidth[T](t.path) {
		panic("kernel: the right matrix was packed for another path")
	}
	if p.a.RowStride != 1 && p.a.ColStride != 1 {
		panic("kernel: neither stride of the left matrix is 1")
	}
	_ = p.c[(i1-1)*p.ldc+min(p1*p.b.width, p.b.n)-1]
	if p.base.row != nil {
		_ = p.base.row[p.b.n-1]
	}
	if depth > 0 {
		_ = p.a.Data[(i1-1)*p.a.RowStride+(p.b.columns(depth)-1)*p.a.ColStride]
		_ = p.b.data[p1*p.b.width*p.b.depth()-1]
	}
}

// blockLength splits K evenly into blocks of at most kBlock.
func blockLength(k int) int { return max(1, ceilDiv(k, max(1, ceilDiv(k, kBlock)))) }

// stretchFloats is the size of one worker's copy of A: about a third of a
// 512 KB L2 cache.
const stretchFloats = 48 << 10

// stretchRows is the number of rows whose k block is copied at once.
func stretchRows(p Path, kc int) int {
	mr := tileRows(p)
	return max(2, stretchFloats/(kc*mr)) * mr
}

// tileRows is the largest number of rows that a micro-kernel computes.
func tileRows(p Path) int {
	switch p {
	case AVX512:
		return 12
	}
	return 6
}

// panelWidth is the number of columns that a micro-kernel computes.
func panelWidth[T Float](p Path) int {
	if p == AVX512 && isFloat32[T]() {
		return 32
	}
	return 16
}
