package main

import (
	"fmt"
	"strings"
)

// The pointwise kernels are written once, in the operations of this file, and
// come out in each instruction set. A vector is sixteen float32 with AVX-512, eight with
// AVX2 and four with NEON; what one lane computes is the same, to the bit. Registers have
// the names of AVX2: neon.go says which they are on arm64.

// A place is where a vector lies in memory: in a row of a matrix whose rows are
// as long as the loop, offset bytes after the element that the loop has come to.
type place struct {
	pointer     string
	row, offset int
}

// at is the element that pointer has come to.
func at(pointer string) place { return place{pointer: pointer} }

// section is the element of a row of the matrix that pointer goes through.
func section(pointer string, row int) place { return place{pointer: pointer, row: row} }

// plus is the place bytes later.
func (p place) plus(bytes int) place {
	p.offset += bytes
	return p
}

// avx2 is the operand of a place; see sections.
func (p place) avx2() string {
	operand := "(" + p.pointer + ")" + []string{"", "(DX*1)", "(DX*2)", "(R13*1)", "(DX*4)"}[p.row]
	if p.offset != 0 {
		return fmt.Sprint(p.offset, operand)
	}
	return operand
}

// sections prepares the places of matrices of several rows of n (in CX) floats. On
// amd64 DX is one row in bytes, R13 three.
func (f *file) sections() {
	if f.neon {
		f.rowOffsets()
		return
	}
	f.p("LEAQ (CX*4), DX")
	f.p("LEAQ (DX)(DX*2), R13")
}

// load reads a vector or, in the masked copy of a body, the lanes that exist and
// zeros.
func (f *file) load(from place, to string) {
	switch {
	case f.neon:
		f.loadNEON(from, to)
	case f.wide && f.masked:
		f.p("VMOVUPS.Z %s, K1, %s", from.avx2(), to)
	case f.masked:
		f.p("VMASKMOVPS %s, Y15, %s", from.avx2(), to)
	default:
		f.p("VMOVUPS %s, %s", from.avx2(), to)
	}
}

// store writes a vector or, in the masked copy of a body, the lanes that exist.
func (f *file) store(from string, to place) {
	switch {
	case f.neon:
		f.storeNEON(from, to)
	case f.wide && f.masked:
		f.p("VMOVUPS %s, K1, %s", from, to.avx2())
	case f.masked:
		f.p("VMASKMOVPS %s, Y15, %s", from, to.avx2())
	default:
		f.p("VMOVUPS %s, %s", from, to.avx2())
	}
}

// broadcast fills a register with one number in memory.
func (f *file) broadcast(operand, to string) {
	if f.neon {
		f.p("FMOVS %s, F%d", general(operand), number(to))
		f.p("VDUP V%d.S[0], V%d.S4", number(to), number(to))
		return
	}
	f.p("VBROADCASTSS %s, %s", operand, to)
}

// set is dst = constant.
func (f *file) set(dst, constant string) {
	if f.neon {
		f.copy(dst, constant)
		return
	}
	if f.wide {
		f.p("VBROADCASTSS %s, %s", constant, dst)
		return
	}
	f.p("VMOVUPS %s, %s", constant, dst)
}

// copy is dst = src.
func (f *file) copy(dst, src string) {
	if f.neon {
		f.p("VMOV V%d.B16, V%d.B16", number(src), number(dst))
		return
	}
	f.p("VMOVAPS %s, %s", src, dst)
}

// zero is dst = 0.
func (f *file) zero(dst string) {
	if f.neon {
		f.p("VEOR V%d.B16, V%d.B16, V%d.B16", number(dst), number(dst), number(dst))
		return
	}
	f.p("%s %s, %s, %s", f.pick("VXORPS", "VPXORD"), dst, dst, dst)
}

// add is dst = a + b.
func (f *file) add(dst, a, b string) { f.each("VADDPS", "fadd", dst, a, b) }

// sub is dst = a - b.
func (f *file) sub(dst, a, b string) { f.each("VSUBPS", "fsub", dst, a, b) }

// mul is dst = a·b.
func (f *file) mul(dst, a, b string) { f.each("VMULPS", "fmul", dst, a, b) }

// div is dst = a / b.
func (f *file) div(dst, a, b string) { f.each("VDIVPS", "fdiv", dst, a, b) }

// max is dst = max(a, x), NaN where x is NaN. VMAXPS returns its second source
// (the first operand here) when either is NaN, so x stands there.
func (f *file) max(dst, a, x string) { f.each("VMAXPS", "fmax", dst, a, x) }

// min is dst = min(a, x), NaN where x is NaN.
func (f *file) min(dst, a, x string) { f.each("VMINPS", "fmin", dst, a, x) }

// clamp limits x to [low,high]; NaN passes. On amd64 it uses scratch.
func (f *file) clamp(x, low, high, scratch string) {
	if f.neon {
		f.max(x, low, x)
		f.min(x, high, x)
		return
	}
	f.set(scratch, low)
	f.max(x, scratch, x)
	f.set(scratch, high)
	f.min(x, scratch, x)
}

// each writes an instruction of two sources. On amd64 the second may be in memory.
func (f *file) each(avx2, neon, dst, a, b string) {
	if f.neon {
		f.word(neon, dst, a, b)
		return
	}
	f.p("%s %s, %s, %s", f.spread(avx2, b), b, a, dst)
}

// spread is an instruction whose operand, if it is a constant, is one number for all lanes.
func (f *file) spread(mnemonic, operand string) string {
	if f.wide && strings.HasSuffix(operand, "(SB)") {
		return mnemonic + ".BCST"
	}
	return mnemonic
}

// pick is the instruction of AVX2 or that of AVX-512.
func (f *file) pick(avx2, avx512 string) string {
	if f.wide {
		return avx512
	}
	return avx2
}

// fma is sum += a·b, rounded once.
func (f *file) fma(sum, a, b string) { f.fused("VFMADD231PS", "VFMLA", sum, a, b) }

// fnma is sum -= a·b, rounded once.
func (f *file) fnma(sum, a, b string) { f.fused("VFNMADD231PS", "VFMLS", sum, a, b) }

func (f *file) fused(avx2, neon, sum, a, b string) {
	if f.neon {
		f.p("%s V%d.S4, V%d.S4, V%d.S4", neon, number(b), number(a), number(sum))
		return
	}
	f.p("%s %s, %s, %s", f.spread(avx2, b), b, a, sum)
}

// mulAdd is dst = dst·a + c, rounded once.
func (f *file) mulAdd(dst, a, c string) {
	if f.neon {
		f.copy(spare, c)
		f.fma(spare, dst, a)
		f.copy(dst, spare)
		return
	}
	f.p("%s %s, %s, %s", f.spread("VFMADD213PS", c), c, a, dst)
}

// polynomial is dst = (…(c₀·x + c₁)·x + …)·x + cₙ, each step rounded once.
func (f *file) polynomial(dst, x string, c ...string) {
	if f.neon {
		f.polynomialNEON(dst, x, c)
		return
	}
	f.set(dst, c[0])
	for _, constant := range c[1:] {
		f.mulAdd(dst, x, constant)
	}
}

// sqrt is dst = √src.
func (f *file) sqrt(dst, src string) { f.single("VSQRTPS", "fsqrt", dst, src) }

// round is dst = src rounded to an integer, halves to even.
func (f *file) round(dst, src string) {
	f.single(f.pick("VROUNDPS $8,", "VRNDSCALEPS $8,"), "frintn", dst, src)
}

// single writes an instruction of one source.
func (f *file) single(avx2, neon, dst, src string) {
	if f.neon {
		f.word(neon, dst, src)
		return
	}
	f.p("%s %s, %s", avx2, src, dst)
}

// negate is dst = -dst.
func (f *file) negate(dst string) {
	if f.neon {
		f.word("fneg", dst, dst)
		return
	}
	f.p("%s %s, %s, %s", f.pick("VXORPS", "VPXORD.BCST"), f.table("sign", repeat(0x80000000, 8)), dst, dst)
}

// power replaces n, integers, by 2ⁿ, or 2ⁿ⁻¹ if bias is 0.5, built from exponent
// bits. NaN gives some number.
func (f *file) power(n, bias string) {
	if f.neon {
		v := number(n)
		f.word("fcvtns", n, n)
		f.p("VSHL $23, V%d.S4, V%d.S4", v, v)
		f.p("VADD V%d.S4, V%d.S4, V%d.S4", number(bias), v, v)
		return
	}
	f.p("VCVTPS2DQ %s, %s", n, n)
	f.p("VPSLLD $23, %s, %s", n, n)
	f.p("%s %s, %s, %s", f.spread("VPADDD", bias), bias, n, n)
}

// clear sets the lanes of dst to 0 where those of x are 0; it uses x. zero holds 0.
func (f *file) clear(dst, x, zero string) {
	if f.neon {
		f.word("fcmeq", x, x)
		f.word("bic", dst, dst, x)
		return
	}
	if f.wide {
		f.p("VCMPPS $0, %s, %s, K2", zero, x)
		f.p("VPXORD %s, %s, K2, %s", dst, dst, dst)
		return
	}
	f.p("VCMPPS $0, %s, %s, %s", zero, x, x)
	f.p("VANDNPS %s, %s, %s", dst, x, dst)
}

// end closes a function without result.
func (f *file) end() {
	if !f.neon {
		f.p("VZEROUPPER")
	}
	f.p("RET")
}

// newVectorFile is a file of kernels in an instruction set, "avx2", "avx512" or "neon".
func newVectorFile(base, set string) *file {
	arch := map[string]string{"avx2": "amd64", "avx512": "amd64", "neon": "arm64"}[set]
	f := newFile(base + "_" + set + "_" + arch + ".s")
	f.wide = set == "avx512"
	return f
}
