package kernel

import "unsafe"

// An Operand is a left matrix A: element (i,k) is Data[i*RowStride+k*ColStride].
// One of the strides is 1.
type Operand[T Float] struct {
	Data                 []T
	RowStride, ColStride int
}

// Rows is the row-major matrix whose rows begin stride elements apart.
func Rows[T Float](data []T, stride int) Operand[T] { return Operand[T]{data, stride, 1} }

// Columns is the transpose of the row-major matrix whose rows begin stride
// elements apart: element (i,k) is data[k*stride+i].
func Columns[T Float](data []T, stride int) Operand[T] { return Operand[T]{data, 1, stride} }

// Packed is a right matrix B (K×N) stored in panels: panel p holds columns
// [p·Width, (p+1)·Width), row after row, the last panel filled up with zeros.
// The zero value is ready for Pack. It belongs to the path it was packed for, and to
// the precision: in [BF16] rows 2i and 2i+1 are one row of words.
type Packed[T Float] struct {
	data        []T
	k, n, width int
	pairs       bool // of bfloat16
}

// depth is the number of rows of a panel.
func (p *Packed[T]) depth() int {
	if p.pairs {
		return ceilDiv(p.k, 2)
	}
	return p.k
}

// Precision returns the precision that B is in.
func (p *Packed[T]) Precision() Precision {
	if p.pairs {
		return BF16
	}
	return FP32
}

// Panels returns the number of panels.
func (p *Packed[T]) Panels() int { return ceilDiv(p.n, max(1, p.width)) }

// Width returns the number of columns in a panel.
func (p *Packed[T]) Width() int { return p.width }

// Pack copies B, B[k][n] = src[k*ld+n], in parallel. It reuses its memory.
func (p *Packed[T]) Pack(t *Team, k, n int, src []T, ld int) {
	p.pack(t, k, n, src, ld, false)
}

// PackTransposed copies B from its transpose, B[k][n] = src[n*ld+k], in
// parallel. It reuses its memory.
func (p *Packed[T]) PackTransposed(t *Team, k, n int, src []T, ld int) {
	p.pack(t, k, n, src, ld, true)
}

func (p *Packed[T]) pack(t *Team, k, n int, src []T, ld int, transposed bool) {
	j := &jobsOf[T](t).pack
	*j = p.plan(t.path, t.precision, k, n, src, ld, transposed)
	t.Do(ceilDiv(j.units, j.per), j)
	*j = packJob[T]{}
}

// packHere packs in float32, on the calling worker alone.
func (p *Packed[T]) packHere(path Path, k, n int, src []T, ld int, transposed bool) {
	j := p.plan(path, FP32, k, n, src, ld, transposed)
	j.per = j.units
	j.Task(0, 0)
}

// plan makes room for B and says how it is packed.
func (p *Packed[T]) plan(path Path, precision Precision, k, n int, src []T, ld int, transposed bool) packJob[T] {
	p.k, p.n, p.width = k, n, panelWidth[T](path)
	p.pairs = precision == BF16 && isFloat32[T]()
	p.data = grow(p.data, p.Panels()*p.width*p.depth())
	units, size := p.depth(), n // rows of panels, or panels
	if transposed {
		units, size = p.Panels(), p.depth()*p.width
	}
	return packJob[T]{path, p, src, ld, transposed, units, max(1, packChunk/max(1, size))}
}

// packChunk is the number of elements a packing task should have: large
// against the cost of claiming it, small enough to share out.
const packChunk = 1 << 14

// A packJob is one parallel Pack. A task reads rows of src that lie one after
// the other: some rows of B, or the rows of some panels of its transpose.
type packJob[T Float] struct {
	path       Path
	to         *Packed[T]
	src        []T
	ld         int
	transposed bool
	units, per int // in all, and in a task
}

func (j *packJob[T]) Task(task, _ int) {
	p := j.to
	first, end := task*j.per, min((task+1)*j.per, j.units)
	if p.pairs {
		p.packPairs(j.path, j.transposed, first, end, j.src, j.ld)
		return
	}
	for i := first; i < end; i++ {
		if j.transposed {
			n := min(p.width, p.n-i*p.width)
			packTransposed(j.path, p.data[i*p.width*p.k:(i+1)*p.width*p.k], p.width, p.k, j.src[i*p.width*j.ld:], j.ld, n)
		} else {
			p.packRow(i, j.src[i*j.ld:][:p.n])
		}
	}
}

// packRow spreads row k of B over the panels and fills up the last with zeros.
func (p *Packed[T]) packRow(k int, row []T) {
	at := k * p.width
	for ; len(row) >= p.width; row = row[p.width:] {
		for i := 0; i < p.width; i += 16 {
			*(*[16]T)(p.data[at+i:]) = *(*[16]T)(row[i:])
		}
		at += p.k * p.width
	}
	if len(row) > 0 {
		clear(p.data[at+copy(p.data[at:], row):][:p.width-len(row)])
	}
}

// packTransposed fills a panel from n rows of src, one panel column each. Eight
// rows are read side by side, so that writes fill half a cache line at a time.
func packTransposed[T Float](path Path, panel []T, width, k int, src []T, ld, n int) {
	if k == 0 {
		return
	}
	if n < width {
		clear(panel)
	}
	j := 0
	for ; j+8 <= n; j += 8 {
		s, done := src[j*ld:][:7*ld+k], 0
		if vector[T](path) {
			done = k &^ 7
			transposeVector(ptr(panel[j:]), ptr(s), done, ld, width)
		}
		for i := done; i < k; i++ {
			d := (*[8]T)(panel[i*width+j:])
			for c := range d {
				d[c] = s[c*ld+i]
			}
		}
	}
	for ; j < n; j++ {
		for i, v := range src[j*ld:][:k] {
			panel[i*width+j] = v
		}
	}
}

// grow returns a slice of n elements that starts on a cache line, in buf's
// memory if that is large enough. Its contents are unspecified.
func grow[T Float](buf []T, n int) []T {
	if cap(buf) >= n {
		return buf[:n]
	}
	size := int(unsafe.Sizeof(T(0)))
	fresh := make([]T, n+64/size)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(fresh)))) & 63 / size
	return fresh[skip : skip+n]
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
