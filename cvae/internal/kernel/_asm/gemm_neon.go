package main

import (
	"fmt"
	"slices"
	"strings"
)

// The registers of the matrix kernel of arm64.
const (
	tileA     = "R0"  // A at the tile's first row
	rowStride = "R1"  // of A, in bytes
	colStride = "R2"  // of A, in bytes
	panelRow  = "R3"  // the panel at k
	tileC     = "R4"  // C at the tile's first row, then at the others
	strideC   = "R5"  // in bytes
	columnsC  = "R6"  // that exist
	addsToC   = "R7"  // 1 if C is added to
	leftK     = "R8"  // rows of the panel to come
	offsetK   = "R15" // k column strides
	addend    = "R19" // what is added to a row of C
	addStride = "R20" // from there to what is added to the next, in bytes
	leftTiles = "R21"
	tileStep  = "R22" // from the A of a tile to that of the next, in bytes
	tileRows  = "R23"
	panelTop  = "R24"
	depthK    = "R25"
	scratch   = "R26"
)

// rowOfA is the register with the address of row i of A.
func rowOfA(i int) string { return fmt.Sprint("R", 9+i) }

// gemmNEON is the 6×16 kernel: four sums of four columns per row in V0 to V23, the row
// of the panel in V24 to V27, elements of A in V28 to V31.
func gemmNEON() *file {
	f := newFile("gemm_neon_arm64.s")
	doc := strings.ReplaceAll(microDoc, "AVX2", "NEON")
	f.headNEON(f.function("microNEON", doc, slices.Concat(microParameters, []string{"frame 384"})...))
	for r := 1; r <= 6; r++ {
		f.p("rows%d:", r)
		f.startNEON(r)
		f.productsNEON(r)
		f.p("CMP $16, %s", columnsC)
		f.p("BLT edge%d", r)
		f.storeRowsNEON(r)
		f.nextTileNEON(fmt.Sprint("rows", r))
		f.p("edge%d:", r)
		for i := 0; i < 4*r; i += 2 {
			f.p("FSTPQ (F%d, F%d), sums-%d(SP)", i, i+1, 384-16*i)
		}
		f.p("B edge")
	}
	f.edgeNEON()
	return f
}

// headNEON loads the arguments and branches to the code of each number of rows.
func (f *file) headNEON(fn *function) {
	for _, load := range [][2]string{
		{"a", tileA}, {"rs", rowStride}, {"cs", colStride}, {"panel", panelTop}, {"c", tileC}, {"ldc", strideC}, {"cols", columnsC},
		{"count", leftTiles}, {"step", tileStep}, {"rows", tileRows}, {"kc", depthK}, {"base", addend},
	} {
		f.p("MOVD %s, %s", fn.arg(load[0]), load[1])
	}
	f.p("MOVBU %s, %s", fn.arg("add"), addsToC)
	for _, stride := range []string{rowStride, colStride, strideC, tileStep} {
		f.p("LSL $2, %s, %[1]s", stride)
	}
	f.note("what is added: C itself, base, or -0, which changes no number")
	f.p("MOVD ZR, %s", addStride)
	f.p("CBZ %s, notItself", addsToC)
	f.p("MOVD %s, %s", tileC, addend)
	f.p("MOVD %s, %s", strideC, addStride)
	f.p("notItself:")
	f.p("CBNZ %s, tile", addend)
	f.p("MOVD $%s, %s", f.table("negativeZeros", repeat(0x80000000, 16)), addend)
	f.p("tile:")
	for r := 6; r > 1; r-- {
		f.p("CMP $%d, %s", r, tileRows)
		f.p("BEQ rows%d", r)
	}
}

// startNEON begins a tile: pointers, zero sums, and C on its way into the cache
// while k runs.
func (f *file) startNEON(r int) {
	f.p("MOVD %s, %s", tileA, rowOfA(0))
	for i := 1; i < r; i++ {
		f.p("ADD %s, %s, %s", rowStride, rowOfA(i-1), rowOfA(i))
	}
	f.p("MOVD %s, %s", panelTop, panelRow)
	f.p("MOVD %s, %s", depthK, leftK)
	f.p("MOVD ZR, %s", offsetK)
	f.p("MOVD %s, %s", tileC, scratch)
	for i := range r {
		f.p("PRFM (%s), PLDL1KEEP", scratch)
		f.p("PRFM 60(%s), PLDL1KEEP", scratch)
		if i+1 < r {
			f.p("ADD %s, %s, %[2]s", strideC, scratch)
		}
	}
	for i := range 4 * r {
		f.zero(fmt.Sprint("Y", i))
	}
}

// productsNEON is the loop over k. Elements of A come alone and are multiplied by
// lane, which takes the vector units no instruction but the products.
func (f *file) productsNEON(r int) {
	f.p("loop%d:", r)
	f.p("FLDPQ (%s), (F24, F25)", panelRow)
	f.p("FLDPQ 32(%s), (F26, F27)", panelRow)
	f.p("ADD $64, %s, %[1]s", panelRow)
	for i := range r {
		a := 28 + i%4
		f.p("FMOVS (%s)(%s), F%d", rowOfA(i), offsetK, a)
		for v := range 4 {
			f.word("fmla[0]", fmt.Sprint("Y", 4*i+v), fmt.Sprint("Y", 24+v), fmt.Sprint("Y", a))
		}
	}
	f.p("ADD %s, %s, %[2]s", colStride, offsetK)
	f.p("SUBS $1, %s, %[1]s", leftK)
	f.p("BNE loop%d", r)
}

// storeRowsNEON writes whole rows.
func (f *file) storeRowsNEON(r int) {
	for i := range r {
		f.p("FLDPQ (%s), (F24, F25)", addend)
		f.p("FLDPQ 32(%s), (F26, F27)", addend)
		for v := range 4 {
			sum := fmt.Sprint("Y", 4*i+v)
			f.add(sum, sum, fmt.Sprint("Y", 24+v))
		}
		f.p("FSTPQ (F%d, F%d), (%s)", 4*i, 4*i+1, tileC)
		f.p("FSTPQ (F%d, F%d), 32(%s)", 4*i+2, 4*i+3, tileC)
		f.p("ADD %s, %s, %[2]s", addStride, addend)
		f.p("ADD %s, %s, %[2]s", strideC, tileC)
	}
}

// edgeNEON writes the rows of a tile of fewer than 16 columns, whose sums are in local
// memory: four by four, then one by one.
func (f *file) edgeNEON() {
	f.p("edge:")
	f.p("MOVD $sums-384(SP), R9")
	f.p("MOVD %s, R13", tileRows)
	f.p("edgeRow:")
	f.p("MOVD R9, R10")
	f.p("MOVD %s, R11", addend)
	f.p("MOVD %s, R12", tileC)
	f.p("MOVD %s, R14", columnsC)
	f.p("four:")
	f.p("SUBS $4, R14, R14")
	f.p("BLT rest")
	f.p("FMOVQ.P 16(R10), F0")
	f.p("FMOVQ.P 16(R11), F1")
	f.add("Y0", "Y0", "Y1")
	f.p("FMOVQ.P F0, 16(R12)")
	f.p("B four")
	f.p("rest:")
	f.p("ADDS $4, R14, R14")
	f.p("BEQ edgeRowDone")
	f.p("single:")
	f.p("FMOVS.P 4(R10), F0")
	f.p("FMOVS.P 4(R11), F1")
	f.p("FADDS F1, F0, F0")
	f.p("FMOVS.P F0, 4(R12)")
	f.p("SUBS $1, R14, R14")
	f.p("BNE single")
	f.p("edgeRowDone:")
	f.p("ADD $64, R9, R9")
	f.p("ADD %s, %s, %[2]s", addStride, addend)
	f.p("ADD %s, %s, %[2]s", strideC, tileC)
	f.p("SUBS $1, R13, R13")
	f.p("BNE edgeRow")
	f.nextTileNEON("tile")
}

// nextTileNEON goes on with the tile below or returns.
func (f *file) nextTileNEON(label string) {
	f.p("ADD %s, %s, %[2]s", tileStep, tileA)
	f.p("SUBS $1, %s, %[1]s", leftTiles)
	f.p("BNE %s", label)
	f.p("RET")
}
