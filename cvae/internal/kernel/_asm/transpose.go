package main

import "fmt"

const transposeDoc = `transposeVector writes eight rows of src, ld apart, to eight columns of dst, whose
rows are width apart; n is a multiple of 8.

	for i < n, j < 8 { dst[i*width+j] = src[j*ld+i] }`

// transposition is the file of the copy of rows to columns of a panel.
func transposition() *file {
	f := newFile("transpose_avx2_amd64.s")
	f.function("transposeVector", transposeDoc,
		"dst *float32 DI", "src *float32 SI", "n int CX", "ld int R8", "width int R9")
	for _, stride := range []string{"R8", "R9"} {
		f.p("SHLQ $2, %s", stride)
	}
	f.note("R11, DX = rows 4 of the source and of the destination")
	f.p("LEAQ (R8)(R8*2), R10")
	f.p("LEAQ (R9)(R9*2), R12")
	f.p("LEAQ (SI)(R8*4), R11")
	f.p("LEAQ (R9*8), R13")
	f.p("SHRQ $3, CX")
	f.p("JZ done")
	f.p("square:")
	f.p("LEAQ (DI)(R9*4), DX")
	for j := range 8 {
		f.p("VMOVUPS %s, Y%d", eighth("SI", "R11", "R8", "R10", j), j)
	}
	transposeSquare(f)
	for i := range 8 {
		f.p("VMOVUPS Y%d, %s", 8+i, eighth("DI", "DX", "R9", "R12", i))
	}
	f.p("ADDQ $32, SI")
	f.p("ADDQ $32, R11")
	f.p("ADDQ R13, DI")
	f.p("DECQ CX")
	f.p("JNZ square")
	f.p("done:")
	f.end()
	return f
}

// eighth is the operand of row i of eight, given the addresses of rows 0 and 4
// and one and three strides.
func eighth(first, fourth, stride, thrice string, i int) string {
	if i >= 4 {
		first = fourth
	}
	return fmt.Sprintf("(%s)%s", first, []string{"", "(" + stride + "*1)", "(" + stride + "*2)", "(" + thrice + "*1)"}[i%4])
}

// transposeSquare transposes Y0..Y7 into Y8..Y15: pairs, quads, then halves.
func transposeSquare(f *file) {
	for i := 0; i < 8; i += 2 {
		f.p("VUNPCKLPS Y%d, Y%d, Y%d", i+1, i, 8+i)
		f.p("VUNPCKHPS Y%d, Y%d, Y%d", i+1, i, 9+i)
	}
	for half := 0; half < 8; half += 4 {
		for pair := range 2 {
			low, high := 8+half+pair, 10+half+pair
			f.p("VSHUFPS $0x44, Y%d, Y%d, Y%d", high, low, half+2*pair)
			f.p("VSHUFPS $0xee, Y%d, Y%d, Y%d", high, low, half+2*pair+1)
		}
	}
	for i := range 4 {
		f.p("VPERM2F128 $0x20, Y%d, Y%d, Y%d", 4+i, i, 8+i)
		f.p("VPERM2F128 $0x31, Y%d, Y%d, Y%d", 4+i, i, 12+i)
	}
}
