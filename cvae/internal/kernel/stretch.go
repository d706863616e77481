package kernel

// A stretch is the part of a product that shares one copy of A: some rows, one
// k block, a range of panels.
type stretch[T Float] struct {
	*product[T]
	i0, rows, k0, kc, p0, p1 int
}

// run multiplies the stretch, panel by panel, in groups of rows of nearly equal
// size, so that no row is padding: first the larger groups, then the others.
func (s *stretch[T]) run(t *Team, worker int) {
	g := groupRows(s.rows, tileRows(t.path))
	a, groupStride := s.operand(t, worker, g)
	for p := s.p0; p < s.p1; p++ {
		i, at := 0, 0
		for _, part := range [2]groups{{g.larger, g.rows + 1, 0}, {g.count - g.larger, g.rows, 0}} {
			step := groupStride
			if step == 0 {
				step = part.rows * a.RowStride
			}
			s.tiles(t, a, part, i, at, step, p)
			i += part.count * part.rows
			at += part.count * step
		}
	}
}

// tiles multiplies groups of equal size from row i, whose A begins at at, with
// panel p.
func (s *stretch[T]) tiles(t *Team, a Operand[T], g groups, i, at, step, p int) {
	if g.count == 0 {
		return
	}
	n := p * s.b.width
	cols := min(s.b.width, s.b.n-n)
	panel := s.b.data[(p*s.b.depth()+s.k0)*s.b.width:][:s.kc*s.b.width]
	c := s.c[(s.i0+i)*s.ldc+n:]
	micro(t.path, s.b.pairs, g.count, step, g.rows, s.kc, a.Data[at:], a.RowStride, a.ColStride, panel, s.b.width, c, s.ldc, cols, from(s.base.row, n), s.base.itself || s.k0 > 0)
}

// groups divides rows among micro-kernels: the first larger groups have one row
// more than the others.
type groups struct{ count, rows, larger int }

// groupRows makes the fewest groups of at most limit rows, as equal as can be.
func groupRows(rows, limit int) groups {
	n := ceilDiv(rows, limit)
	return groups{n, rows / n, rows % n}
}

// size is the number of rows of group n.
func (g groups) size(n int) int {
	if n < g.larger {
		return g.rows + 1
	}
	return g.rows
}

// operand is the stretch's rows and k of A: A itself, or a copy in the worker's
// scratch when several micro-kernels will read it and would read it badly:
// rows that compete for the same lines of the L1 cache, or columns. Pairs of bfloat16
// are always a copy. In a copy
// of columns each group of rows has its own matrix, groupStride elements after
// the one before.
func (s *stretch[T]) operand(t *Team, worker int, g groups) (a Operand[T], groupStride int) {
	a = s.a
	if s.b.pairs {
		return s.pair(t, worker, a, g)
	}
	a.Data = a.Data[s.i0*a.RowStride+s.k0*a.ColStride:]
	switch {
	case g.count == 1, a.ColStride == 1 && a.RowStride%aliasing != 0:
		return a, 0
	case a.ColStride == 1:
		return s.copyRows(t, worker, a), 0
	}
	return s.copyColumns(t, worker, a, g)
}

// aliasing is a stride in elements, 2 KB of float32, whose multiples let three
// rows of a tile or more fall into the same set of a 32 KB cache of 8 ways.
const aliasing = 512

func (s *stretch[T]) copyRows(t *Team, worker int, a Operand[T]) Operand[T] {
	stride := s.kc + 16 // off the power of two
	to := scratchOf[T](t, worker, s.rows*stride)
	for i := range s.rows {
		copy(to[i*stride:], a.Data[i*a.RowStride:][:s.kc])
	}
	return Rows(to, stride)
}

// copyColumns copies whole quads, past the end of a group where A goes on.
func (s *stretch[T]) copyColumns(t *Team, worker int, a Operand[T], g groups) (Operand[T], int) {
	width := (tileRows(t.path) + 3) &^ 3
	stride := s.kc * width
	to := scratchOf[T](t, worker, g.count*stride)
	done := 0
	if vector[T](t.path) {
		if room := len(a.Data) - s.rows - width; room >= 0 {
			done = min(s.kc, room/a.ColStride+1)
			copyColumnsAsm(t.path, ptr(to), ptr(a.Data), done, a.ColStride, g, stride)
		}
	}
	for k := done; k < s.kc; k++ {
		row := a.Data[k*a.ColStride:][:s.rows]
		for n, at := 0, k*width; n < g.count; n++ {
			copy(to[at:at+width], row)
			row = row[g.size(n):]
			at += stride
		}
	}
	return Columns(to, width), stride
}

// empty is the product over an empty K.
func (s *stretch[T]) empty() {
	n0, n1 := s.p0*s.b.width, min(s.p1*s.b.width, s.b.n)
	for i := range s.rows {
		c := s.c[(s.i0+i)*s.ldc:][n0:n1]
		switch {
		case s.base.itself:
		case s.base.row != nil:
			copy(c, s.base.row[n0:n1])
		default:
			clear(c)
		}
	}
}

// scratchOf returns n elements of the worker's memory.
func scratchOf[T Float](t *Team, worker, n int) []T {
	buf, ok := any(&t.scratch[worker].f32).(*[]T)
	if !ok {
		buf = any(&t.scratch[worker].f64).(*[]T)
	}
	*buf = grow(*buf, n)
	return *buf
}
