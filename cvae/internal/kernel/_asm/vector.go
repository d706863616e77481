package main

import "math"

// vector is the file of Max, Add, AXPY, Scale and SumSquares.
func vector() *file {
	f := newFile("vector_avx2_amd64.s")
	largest(f)
	add(f)
	axpy(f)
	scale(f)
	sumSquares(f)
	return f
}

// largest keeps eight running maxima in Y8 and remembers NaN lanes in Y9, for
// VMAXPS alone would lose a NaN when the next element comes.
func largest(f *file) {
	fn := f.function("maxAVX2", "maxAVX2 returns the largest of n floats: NaN if any is NaN, -Inf if n is 0.",
		"x *float32", "n int", "ret float32")
	f.arguments(fn, []string{"x", "n"}, []string{"SI", "CX"})
	f.p("VMOVUPS %s, Y8", f.constant("negativeInfinity", math.Inf(-1)))
	f.p("VMOVAPS Y8, Y10")
	f.p("VXORPS Y9, Y9, Y9")
	f.loop(func() {
		f.load("(SI)", "Y0")
		if f.masked {
			f.p("VBLENDVPS Y15, Y0, Y10, Y0")
		}
		f.p("VCMPPS $3, Y0, Y0, Y1")
		f.p("VORPS Y1, Y9, Y9")
		f.p("VMAXPS Y0, Y8, Y8")
	}, "SI")
	f.p("VMOVMSKPS Y9, AX")
	f.p("TESTL AX, AX")
	f.p("JNZ nan")
	f.p("VEXTRACTF128 $1, Y8, X0")
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

func add(f *file) {
	fn := f.function("addAVX2", "addAVX2 computes for i < n { dst[i] += x[i] }", "dst *float32", "x *float32", "n int")
	f.arguments(fn, []string{"dst", "x", "n"}, []string{"DI", "SI", "CX"})
	f.loop(func() {
		f.load("(SI)", "Y0")
		f.load("(DI)", "Y1")
		f.p("VADDPS Y0, Y1, Y1")
		f.store("Y1", "(DI)")
	}, "SI", "DI")
	f.end()
}

func axpy(f *file) {
	fn := f.function("axpyAVX2", "axpyAVX2 computes for i < n { dst[i] = fma(a, x[i], dst[i]) }",
		"dst *float32", "x *float32", "n int", "a float32")
	f.arguments(fn, []string{"dst", "x", "n"}, []string{"DI", "SI", "CX"})
	f.p("VBROADCASTSS %s, Y8", fn.arg("a"))
	f.loop(func() {
		f.load("(SI)", "Y0")
		f.load("(DI)", "Y1")
		f.p("VFMADD231PS Y0, Y8, Y1")
		f.store("Y1", "(DI)")
	}, "SI", "DI")
	f.end()
}

func scale(f *file) {
	fn := f.function("scaleAVX2", "scaleAVX2 computes for i < n { dst[i] *= a }", "dst *float32", "n int", "a float32")
	f.arguments(fn, []string{"dst", "n"}, []string{"DI", "CX"})
	f.p("VBROADCASTSS %s, Y8", fn.arg("a"))
	f.loop(func() {
		f.load("(DI)", "Y0")
		f.p("VMULPS Y0, Y8, Y0")
		f.store("Y0", "(DI)")
	}, "DI")
	f.end()
}

// sumSquares keeps eight running sums in float64: lanes 0-3 in Y8, 4-7 in Y9.
func sumSquares(f *file) {
	fn := f.function("sumSquaresAVX2", "sumSquaresAVX2 returns the sum of x[i]*x[i] in float64.",
		"x *float32", "n int", "ret float64")
	f.arguments(fn, []string{"x", "n"}, []string{"SI", "CX"})
	f.p("VXORPD Y8, Y8, Y8")
	f.p("VXORPD Y9, Y9, Y9")
	f.loop(func() {
		f.load("(SI)", "Y0")
		f.p("VCVTPS2PD X0, Y1")
		f.p("VEXTRACTF128 $1, Y0, X2")
		f.p("VCVTPS2PD X2, Y2")
		f.p("VFMADD231PD Y1, Y1, Y8")
		f.p("VFMADD231PD Y2, Y2, Y9")
	}, "SI")
	f.fold(fn)
}
