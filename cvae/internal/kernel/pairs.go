package kernel

// pairRow makes words of the numbers of a row. Of an odd number the last word has 0 in
// its upper half.
func pairRow(p Path, dst, src []float32) {
	if len(src) == 0 {
		return
	}
	if p.assemblyPairs() {
		_ = dst[(len(src)-1)/2]
		pairRowAsm(ptr(dst), ptr(src), len(src))
		return
	}
	for i := range len(src) / 2 {
		dst[i] = pair(src[2*i], src[2*i+1])
	}
	if i := len(src) / 2; len(src)%2 != 0 {
		dst[i] = pair(src[2*i], 0)
	}
}

// pairColumns makes words of pairs of rows of src, ld apart, and spreads them over
// groups of width columns: the word (k,i) of group n is dst[n*stride+k*width+i]. Of an
// odd number of rows the last word has 0 in its upper half. Columns of the groups
// that do not exist are 0.
func pairColumns(p Path, dst, src []float32, rows, ld, columns int, g groups, width, stride int) {
	done := 0
	if p.assemblyPairs() && rows > 1 {
		done = rows / 2
		_ = src[(2*done-1)*ld+columns-1]
		_ = dst[(g.count-1)*stride+done*width-1]
		pairColumnsAsm(ptr(dst), ptr(src), done, ld, g, width, stride)
	}
	for k := done; k < ceilDiv(rows, 2); k++ {
		x := src[2*k*ld:][:columns]
		var y []float32
		if 2*k+1 < rows {
			y = src[(2*k+1)*ld:][:columns]
		}
		for n := range g.count {
			to, size := dst[n*stride+k*width:][:width], g.size(n)
			pairInto(to[:size], x, y)
			clear(to[size:])
			x = x[size:]
			y = y[min(size, len(y)):]
		}
	}
}

// pairInto makes words of x and y, or 0 where y is nil.
func pairInto(dst, x, y []float32) {
	for i := range dst {
		upper := float32(0)
		if len(y) > 0 {
			upper = y[i]
		}
		dst[i] = pair(x[i], upper)
	}
}

// columns is how many columns of A a depth of the panels meets.
func (p *Packed[T]) columns(depth int) int {
	if p.pairs {
		return min(p.k, 2*depth)
	}
	return depth
}

// pair copies the stretch's rows and k of A as words.
func (s *stretch[T]) pair(t *Team, worker int, a Operand[T], g groups) (Operand[T], int) {
	k0 := 2 * s.k0
	k := min(2*s.kc, s.b.k-k0)
	src := a.Data[s.i0*a.RowStride+k0*a.ColStride:]
	if a.ColStride == 1 {
		return s.pairRows(t, worker, src, a.RowStride, k), 0
	}
	width := (tileRows(t.path) + 3) &^ 3
	stride := s.kc * width
	to := scratchOf[T](t, worker, g.count*stride)
	pairColumns(t.path, float32s(to), float32s(src), k, a.ColStride, s.rows, g, width, stride)
	return Columns(to, width), stride
}

func (s *stretch[T]) pairRows(t *Team, worker int, src []T, ld, k int) Operand[T] {
	stride := s.kc + 16 // off the power of two
	to := scratchOf[T](t, worker, s.rows*stride)
	for i := range s.rows {
		pairRow(t.path, float32s(to[i*stride:][:s.kc]), float32s(src[i*ld:][:k]))
	}
	return Rows(to, stride)
}

// packPairs packs rows [first,end) of words, or so many panels of the transpose.
func (p *Packed[T]) packPairs(path Path, transposed bool, first, end int, src []T, ld int) {
	to, from := float32s(p.data), float32s(src)
	if !transposed {
		p.packPairRows(path, to[first*p.width:], from[2*first*ld:], min(p.k, 2*end)-2*first, ld)
		return
	}
	size := p.width * p.depth()
	for i := first; i < end; i++ {
		n := min(p.width, p.n-i*p.width)
		packPairsTransposed(path, to[i*size:(i+1)*size], p.width, p.k, from[i*p.width*ld:], ld, n)
	}
}

// packPairRows packs some rows of B: whole panels, and then what is left of columns.
func (p *Packed[T]) packPairRows(path Path, to, from []float32, rows, ld int) {
	whole, rest := p.n/p.width, p.n%p.width
	stride := p.width * p.depth()
	if whole > 0 {
		pairColumns(path, to, from, rows, ld, whole*p.width, groups{whole, p.width, 0}, p.width, stride)
	}
	if rest > 0 {
		pairColumns(path, to[whole*stride:], from[whole*p.width:], rows, ld, rest, groups{1, rest, 0}, p.width, stride)
	}
}

// pairChunk is how many words of a row are transposed at once.
const pairChunk = 128

// packPairsTransposed fills a panel with words of n rows of src, one panel column each,
// eight side by side as packTransposed does.
func packPairsTransposed(path Path, panel []float32, width, k int, src []float32, ld, n int) {
	if n < width {
		clear(panel)
	}
	var words [8 * pairChunk]float32
	for j := 0; j < n; j += 8 {
		rows := min(8, n-j)
		for k0 := 0; k0 < k; k0 += 2 * pairChunk {
			length := min(2*pairChunk, k-k0)
			for r := range rows {
				pairRow(path, words[r*pairChunk:(r+1)*pairChunk], src[(j+r)*ld+k0:][:length])
			}
			transposePairs(path, panel[k0/2*width+j:], width, words[:], ceilDiv(length, 2), rows)
		}
	}
}

// transposePairs writes the first depth words of some rows to columns of a panel.
func transposePairs(path Path, panel []float32, width int, words []float32, depth, rows int) {
	done := 0
	if rows == 8 && path.assemblyPairs() {
		done = depth &^ 7
		transposeVector(ptr(panel), ptr(words), done, pairChunk, width)
	}
	for i := done; i < depth; i++ {
		for r := range rows {
			panel[i*width+r] = words[r*pairChunk+i]
		}
	}
}
