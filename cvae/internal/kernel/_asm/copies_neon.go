package main

import (
	"fmt"
	"strings"
)

// columnsNEON is the file of the copy of a left matrix whose rows are columns in memory.
func columnsNEON() *file {
	f := newFile("columns_neon_arm64.s")
	f.function("copyColumnsNEON", strings.ReplaceAll(columnsDoc, "AVX2", "NEON"),
		"dst *float32 DI", "src *float32 SI", "kc int CX", "ld int R8", "groups int R9", "rows int R10", "larger int R11", "stride int BX")
	f.p("SUB R5, R3, R3")
	for _, stride := range []string{"R2", "R4", "R6"} {
		f.p("LSL $2, %s, %[1]s", stride)
	}
	f.p("run:")
	f.p("MOVD R1, R8")
	f.p("MOVD R0, R9")
	f.p("ADD $4, R4, R4")
	f.copyGroupsNEON("larger", "R5")
	f.p("SUB $4, R4, R4")
	f.copyGroupsNEON("smaller", "R3")
	f.p("ADD R2, R1, R1")
	f.p("ADD $32, R0, R0")
	f.p("SUBS $1, R7, R7")
	f.p("BNE run")
	f.end()
	return f
}

// copyGroupsNEON copies groups of eight floats from R8 to R9, R4 and R6 bytes apart, and
// fetches what lies eight runs further on.
func (f *file) copyGroupsNEON(label, count string) {
	f.p("CBZ %s, %sDone", count, label)
	f.p("MOVD %s, R10", count)
	f.p("%s:", label)
	f.p("ADD R2<<3, R8, R11")
	f.p("PRFM (R11), PLDL1KEEP")
	f.p("FLDPQ (R8), (F0, F1)")
	f.p("FSTPQ (F0, F1), (R9)")
	f.p("ADD R4, R8, R8")
	f.p("ADD R6, R9, R9")
	f.p("SUBS $1, R10, R10")
	f.p("BNE %s", label)
	f.p("%sDone:", label)
}

// transpositionNEON is the file of the copy of rows to columns of a panel, four columns
// of the eight rows at a time.
func transpositionNEON() *file {
	f := newFile("transpose_neon_arm64.s")
	f.function("transposeVector", transposeDoc, "dst *float32 DI", "src *float32 SI", "n int CX", "ld int R8", "width int R9")
	for _, stride := range []string{"R2", "R3"} {
		f.p("LSL $2, %s, %[1]s", stride)
	}
	f.p("CBZ R7, done")
	f.p("squares:")
	f.p("MOVD R1, R8")
	for row := range 8 {
		f.p("FMOVQ (R8), F%d", row)
		f.p("ADD R2, R8, R8")
	}
	transposeSquareNEON(f, 0, 16)
	transposeSquareNEON(f, 4, 20)
	for column := range 4 {
		f.p("FSTPQ (F%d, F%d), (R0)", 16+column, 20+column)
		f.p("ADD R3, R0, R0")
	}
	f.p("ADD $16, R1, R1")
	f.p("SUBS $4, R7, R7")
	f.p("BNE squares")
	f.p("done:")
	f.end()
	return f
}

// transposeSquareNEON transposes four vectors from number from into four from number
// to: pairs of numbers, then of pairs. It uses V8 to V11.
func transposeSquareNEON(f *file, from, to int) {
	for pair := range 2 {
		for half := 1; half <= 2; half++ {
			f.p("VTRN%d V%d.S4, V%d.S4, V%d.S4", half, from+2*pair+1, from+2*pair, 7+2*pair+half)
		}
	}
	for column := range 4 {
		low := fmt.Sprintf("V%d.D2", 8+column%2)
		high := fmt.Sprintf("V%d.D2", 10+column%2)
		f.p("VTRN%d %s, %s, V%d.D2", 1+column/2, high, low, to+column)
	}
}
