package main

import "fmt"

// An evex is an instruction of AVX512_BF16, which Go 1.26's assembler does not know
// (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, 2.7).
type evex struct {
	mnemonic string
	opcode   uint32
}

var (
	dotProduct = evex{"vdpbf16ps", 0x52}
	convert    = evex{"vcvtneps2bf16", 0x72}
)

// encode is the six bytes of an instruction on vectors of 512 bits, prefix F3, map
// 0F38: destination, a source in vvvv, and a source in r/m.
func (e evex) encode(dst, vvvv, rm uint32) (low uint32, high uint16) {
	not := func(register, bit uint32) uint32 { return ^register >> bit & 1 }
	p0 := not(dst, 3)<<7 | not(rm, 4)<<6 | not(rm, 3)<<5 | not(dst, 4)<<4 | 2
	p1 := ^vvvv&15<<3 | 4 | 2
	p2 := 2<<5 | not(vvvv, 4)<<3
	return 0x62 | p0<<8 | p1<<16 | p2<<24, uint16(e.opcode | (0xc0|dst&7<<3|rm&7)<<8)
}

// bytes writes an encoded instruction with its mnemonic beside it.
func (f *file) bytes(low uint32, high uint16, format string, args ...any) {
	f.p("LONG $0x%08x; WORD $0x%04x // %s", low, high, fmt.Sprintf(format, args...))
}

// pairProducts multiplies and adds pairs of bfloat16.
func pairProducts(f *file) func(sum, a, b int) {
	return func(sum, a, b int) {
		low, high := dotProduct.encode(uint32(sum), uint32(b), uint32(a))
		f.bytes(low, high, "%s %%zmm%d, %%zmm%d, %%zmm%d", dotProduct.mnemonic, a, b, sum)
	}
}

// halve writes dst = the sixteen float32 of src as bfloat16, in the lower half.
func (f *file) halve(dst, src int) {
	low, high := convert.encode(uint32(dst), 0, uint32(src))
	f.bytes(low, high, "%s %%zmm%d, %%ymm%d", convert.mnemonic, src, dst)
}

// bfloat16 is the file of the products of pairs of bfloat16 and of what makes pairs.
func bfloat16() *file {
	f := newFile("bfloat16_avx512_amd64.s")
	micro512(f, "microPairsAVX512", microPairsDoc, pairProducts(f))
	pairRow(f)
	pairColumns(f, "pairColumns12AVX512", pairColumnsDoc, 12)
	pairColumns(f, "pairColumns32AVX512", "pairColumns32AVX512 is pairColumns12AVX512 for W = 32 and larger = 0.", 32)
	return f
}

const microPairsDoc = `microPairsAVX512 is microAVX512 for words of two bfloat16. A sum takes the product of the upper
halves, then that of the lower ones, each by a fused multiply-add that takes and
leaves no denormal number.`

const pairRowDoc = `pairRowAVX512 makes words of n > 0 numbers. An odd n leaves the upper half of the last word 0.

	for i < n { half(dst[i/2], i%2) = bfloat16(src[i]) }`

// pairRow converts sixteen numbers at a time.
func pairRow(f *file) {
	f.function("pairRowAVX512", pairRowDoc, "dst *float32 DI", "src *float32 SI", "n int CX")
	f.p("SUBQ $16, CX")
	f.p("JLT tail")
	f.p("loop:")
	f.p("VMOVUPS (SI), Z0")
	f.halve(1, 0)
	f.p("VMOVUPS Y1, (DI)")
	f.p("ADDQ $64, SI")
	f.p("ADDQ $32, DI")
	f.p("SUBQ $16, CX")
	f.p("JGE loop")
	f.p("tail:")
	f.p("ADDQ $16, CX")
	f.p("JEQ done")
	mask(f, "K1")
	f.p("VMOVUPS.Z (SI), K1, Z0")
	f.halve(1, 0)
	f.p("INCQ CX")
	f.p("SHRQ $1, CX")
	mask(f, "K1")
	f.p("VMOVUPS Z1, K1, (DI)")
	f.p("done:")
	f.end()
}

// mask sets the first CX ≤ 16 bits of a mask.
func mask(f *file, k string) {
	f.p("MOVL $1, AX")
	f.p("SHLQ CX, AX")
	f.p("DECQ AX")
	f.p("KMOVW AX, %s", k)
}

const pairColumnsDoc = `pairColumns12AVX512 makes words of kc pairs of runs of src, the runs ld apart, and spreads them
over groups: the first larger groups take rows+1 words each, the others rows. It fills
a group up with zeros.

	for k < kc, g < groups { for i < rows(g) {
		dst[g*stride+k*W+i] = bfloat16(src[2*k*ld+start(g)+i]), bfloat16(src[(2*k+1)*ld+start(g)+i])
	} }, W = 12`

// pairColumns takes width columns at a time, sixteen in a vector. Two runs make a
// run of words; those of the next pairs are fetched early, as in copyColumns.
func pairColumns(f *file, name, doc string, width int) {
	f.function(name, doc,
		"dst *float32 DI", "src *float32 SI", "kc int CX", "ld int R8", "groups int R9", "rows int R10", "larger int R11", "stride int R12")
	f.note("K1, K2 = the columns of a group, K3 = those of a larger one, K4 = the words")
	f.p("MOVQ CX, R13")
	f.p("MOVQ R10, CX")
	mask(f, "K1")
	f.p("MOVQ R13, CX")
	f.p("MOVQ AX, BX")
	f.p("SHRQ $16, BX")
	f.p("KMOVW BX, K2")
	f.p("LEAQ 1(AX)(AX*1), AX")
	f.p("KMOVW AX, K3")
	f.p("MOVL $0x%x, AX", 1<<min(width, 16)-1)
	f.p("KMOVW AX, K4")
	f.p("SUBQ R11, R9")
	for _, stride := range []string{"R8", "R10", "R12"} {
		f.p("SHLQ $2, %s", stride)
	}
	f.p("LEAQ (R8)(R8*2), R13")
	f.p("LEAQ (R13)(R8*4), R13")
	f.note("R13 = seven runs")
	f.p("run:")
	f.p("MOVQ SI, AX")
	f.p("MOVQ DI, BX")
	if width == 12 {
		f.p("ADDQ $4, R10")
		f.p("MOVQ R11, DX")
		pairGroups(f, "larger", width, "K3")
		f.p("SUBQ $4, R10")
	}
	f.p("MOVQ R9, DX")
	pairGroups(f, "smaller", width, "K1", "K2")
	f.p("LEAQ (SI)(R8*2), SI")
	f.p("ADDQ $%d, DI", 4*width)
	f.p("DECQ CX")
	f.p("JNZ run")
	f.end()
}

// pairGroups converts DX groups from AX to BX, R10 and R12 bytes apart.
func pairGroups(f *file, label string, width int, masks ...string) {
	f.p("TESTQ DX, DX")
	f.p("JZ %sDone", label)
	f.p("%s:", label)
	for v := range (width + 15) / 16 {
		at := ""
		if v > 0 {
			at = fmt.Sprint(64 * v)
		}
		f.p("PREFETCHT0 %s(AX)(R8*8)", at)
		f.p("PREFETCHT0 %s(AX)(R13*1)", at)
		f.p("VMOVUPS.Z %s(AX), %s, Z0", at, masks[v])
		f.p("VMOVUPS.Z %s(AX)(R8*1), %s, Z1", at, masks[v])
		f.halve(2, 0)
		f.halve(3, 1)
		f.p("VPMOVZXWD Y2, Z2")
		f.p("VPMOVZXWD Y3, Z3")
		f.p("VPSLLD $16, Z3, Z3")
		f.p("VPORD Z3, Z2, Z2")
		f.p("VMOVUPS Z2, K4, %s(BX)", at)
	}
	f.p("ADDQ R10, AX")
	f.p("ADDQ R12, BX")
	f.p("DECQ DX")
	f.p("JNZ %s", label)
	f.p("%sDone:", label)
}
