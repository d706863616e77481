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
// The zero value is ready for Pack. It belongs to the path it was packed for.
type Packed[T Float] struct {
	data        []T
	k, n, width int
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
	p.k, p.n, p.width = k, n, panelWidth[T](t.path)
	p.data = grow(p.data, p.Panels()*p.width*k)
	j := &jobsOf[T](t).pack
	*j = packJob[T]{p, src, ld, transposed, max(1, packChunk/max(1, k*p.width))}
	t.Do(ceilDiv(p.Panels(), j.panels), j)
	*j = packJob[T]{}
}

// packChunk is the number of elements a packing task should have: large
// against the cost of claiming it, small enough to share out.
const packChunk = 1 << 14

// A packJob is one parallel Pack; each task fills some panels.
type packJob[T Float] struct {
	to         *Packed[T]
	src        []T
	ld         int
	transposed bool
	panels     int // per task
}

func (j *packJob[T]) Task(task, _ int) {
	p := j.to
	for i := task * j.panels; i < min((task+1)*j.panels, p.Panels()); i++ {
		panel := p.data[i*p.width*p.k : (i+1)*p.width*p.k]
		n := min(p.width, p.n-i*p.width)
		if j.transposed {
			packTransposed(panel, p.width, p.k, j.src[i*p.width*j.ld:], j.ld, n)
		} else {
			packRows(panel, p.width, p.k, j.src[i*p.width:], j.ld, n)
		}
	}
}

// packRows fills a panel: n elements of each of the k rows of src, then zeros.
func packRows[T Float](panel []T, width, k int, src []T, ld, n int) {
	for i := range k {
		row := panel[i*width : (i+1)*width]
		copy(row[:n], src[i*ld:i*ld+n])
		clear(row[n:])
	}
}

// packTransposed fills a panel from n rows of src, one panel column each. Eight
// rows are read side by side, so that writes fill half a cache line at a time.
func packTransposed[T Float](panel []T, width, k int, src []T, ld, n int) {
	if n < width {
		clear(panel)
	}
	j := 0
	for ; j+8 <= n; j += 8 {
		s := src[j*ld:]
		s0, s1, s2, s3 := s[:k], s[ld:][:k], s[2*ld:][:k], s[3*ld:][:k]
		s4, s5, s6, s7 := s[4*ld:][:k], s[5*ld:][:k], s[6*ld:][:k], s[7*ld:][:k]
		for i := range s0 {
			d := (*[8]T)(panel[i*width+j:])
			d[0], d[1], d[2], d[3] = s0[i], s1[i], s2[i], s3[i]
			d[4], d[5], d[6], d[7] = s4[i], s5[i], s6[i], s7[i]
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
