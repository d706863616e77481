package main

import (
	"fmt"
	"math"
)

// vector is the file of Max, Add, AddRows, AXPY, Scale, ScaleAdd and SumSquares.
func vector(set string) *file {
	f := newVectorFile("vector", set)
	largest(f)
	add(f)
	addRows(f)
	axpy(f)
	scale(f)
	scaleAdd(f)
	sumSquares(f)
	return f
}

// largest keeps running maxima in Y8 and remembers NaN lanes, for
// VMAXPS alone would lose a NaN when the next element comes.
func largest(f *file) {
	fn := f.function("maxVector", "maxVector returns the largest of n floats: NaN if any is NaN, -Inf if n is 0.",
		"x *float32 SI", "n int CX", "ret float32")
	if f.neon {
		f.largestNEON(fn)
		return
	}
	f.set("Y8", f.constant("negativeInfinity", math.Inf(-1)))
	f.copy("Y10", "Y8")
	if f.wide {
		f.p("KXORW K3, K3, K3")
	} else {
		f.zero("Y9")
	}
	f.loop(func() {
		f.loadLargest()
		f.max("Y8", "Y8", "Y0")
	}, "SI")
	if f.wide {
		f.p("KMOVW K3, AX")
	} else {
		f.p("VMOVMSKPS Y9, AX")
	}
	f.p("TESTL AX, AX")
	f.p("JNZ nan")
	if f.wide {
		f.exactly("VEXTRACTF64X4 $1, Z8, Y0")
		f.exactly("VMAXPS Y0, Y8, Y8")
	}
	f.exactly("VEXTRACTF128 $1, Y8, X0")
	f.p("VMAXPS X0, X8, X8")
	f.p("VMOVHLPS X8, X8, X0")
	f.p("VMAXPS X0, X8, X8")
	f.p("VMOVSHDUP X8, X0")
	f.p("VMAXSS X0, X8, X8")
	f.p("VZEROUPPER")
	f.p("MOVSS X8, %s", fn.arg("ret"))
	f.p("RET")
	f.p("nan:")
	f.p("VZEROUPPER")
	f.p("MOVL $0x7fc00000, %s", fn.arg("ret"))
	f.p("RET")
}

// loadLargest reads a vector to Y0, with -Inf from Y10 in lanes that do not exist, and
// remembers which are NaN in Y9, or in K3 with AVX-512.
func (f *file) loadLargest() {
	switch {
	case f.wide && f.masked:
		f.copy("Y0", "Y10")
		f.p("VMOVUPS (SI), K1, Y0")
	case f.masked:
		f.load(at("SI"), "Y0")
		f.p("VBLENDVPS Y15, Y0, Y10, Y0")
	default:
		f.load(at("SI"), "Y0")
	}
	if f.wide {
		f.p("VCMPPS $3, Y0, Y0, K2")
		f.p("KORW K2, K3, K3")
		return
	}
	f.p("VCMPPS $3, Y0, Y0, Y1")
	f.p("VORPS Y1, Y9, Y9")
}

func add(f *file) {
	f.function("addVector", "addVector computes for i < n { dst[i] += x[i] }", "dst *float32 DI", "x *float32 SI", "n int CX")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.load(at("DI"), "Y1")
		f.add("Y1", "Y1", "Y0")
		f.store("Y1", at("DI"))
	}, "SI", "DI")
	f.end()
}

// addRows sums blocks of columns in Y0..Y7, then a vector of them in Y0, then the rest
// under the mask, each over all rows.
func addRows(f *file) {
	f.function("addRowsVector", "addRowsVector computes for r < rows, i < n { dst[i] += x[r*ld+i] }",
		"dst *float32 DI", "x *float32 SI", "rows int BX", "ld int R8", "n int CX")
	if f.neon {
		f.addRowsNEON()
		return
	}
	f.p("SHLQ $2, R8")
	f.p("TESTQ BX, BX")
	f.p("JZ done")
	for _, vectors := range []int{8, 1} {
		columns := vectors * f.lanes()
		f.p("wide%d:", columns)
		f.p("SUBQ $%d, CX", columns)
		f.p("JLT narrow%d", columns)
		addColumns(f, fmt.Sprint("rows", columns), vectors)
		f.p("ADDQ $%d, DI", 4*columns)
		f.p("ADDQ $%d, SI", 4*columns)
		f.p("JMP wide%d", columns)
		f.p("narrow%d:", columns)
		f.p("ADDQ $%d, CX", columns)
	}
	f.p("JEQ done")
	f.lastLanes()
	f.masked = true
	addColumns(f, "rows", 1)
	f.masked = false
	f.p("done:")
	f.end()
}

// addColumns adds BX rows to the columns of a number of vectors.
func addColumns(f *file, label string, vectors int) {
	f.p("MOVQ SI, AX")
	f.p("MOVQ BX, DX")
	for i := range vectors {
		f.load(at("DI").plus(4*f.lanes()*i), fmt.Sprint("Y", i))
	}
	f.p("%s:", label)
	for i := range vectors {
		f.load(at("AX").plus(4*f.lanes()*i), "Y14")
		f.p("VADDPS Y14, Y%d, Y%d", i, i)
	}
	f.p("ADDQ R8, AX")
	f.p("DECQ DX")
	f.p("JNZ %s", label)
	for i := range vectors {
		f.store(fmt.Sprint("Y", i), at("DI").plus(4*f.lanes()*i))
	}
}

func axpy(f *file) {
	fn := f.function("axpyVector", "axpyVector computes for i < n { dst[i] = fma(a, x[i], dst[i]) }",
		"dst *float32 DI", "x *float32 SI", "n int CX", "a float32")
	f.broadcast(fn.arg("a"), "Y8")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.load(at("DI"), "Y1")
		f.fma("Y1", "Y8", "Y0")
		f.store("Y1", at("DI"))
	}, "SI", "DI")
	f.end()
}

func scale(f *file) {
	fn := f.function("scaleVector", "scaleVector computes for i < n { dst[i] *= a }", "dst *float32 DI", "n int CX", "a float32")
	f.broadcast(fn.arg("a"), "Y8")
	f.loop(func() {
		f.load(at("DI"), "Y0")
		f.mul("Y0", "Y8", "Y0")
		f.store("Y0", at("DI"))
	}, "DI")
	f.end()
}

func scaleAdd(f *file) {
	fn := f.function("scaleAddVector", "scaleAddVector computes for i < n { x[i] *= a; dst[i] += x[i] }",
		"dst *float32 DI", "x *float32 SI", "n int CX", "a float32")
	f.broadcast(fn.arg("a"), "Y8")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.load(at("DI"), "Y1")
		f.mul("Y0", "Y8", "Y0")
		f.add("Y1", "Y1", "Y0")
		f.store("Y0", at("SI"))
		f.store("Y1", at("DI"))
	}, "SI", "DI")
	f.end()
}

// sumSquares keeps eight running sums in float64, as expSum does.
func sumSquares(f *file) {
	fn := f.function("sumSquaresVector", "sumSquaresVector returns the sum of x[i]*x[i] in float64.",
		"x *float32 SI", "n int CX", "ret float64")
	if f.neon {
		f.sumSquaresNEON(fn)
		return
	}
	f.zero("Y8")
	f.zero("Y9")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.doubles()
		f.p("VFMADD231PD Y1, Y1, Y8")
		f.p("VFMADD231PD Y2, Y2, %s", f.pick("Y9", "Y8"))
	}, "SI")
	f.fold(fn)
}
