package main

// columns is the file of the copy of a left matrix whose rows are columns in
// memory, for either micro-kernel.
func columns() *file {
	f := newFile("columns_amd64.s")
	copyColumns(f, "copyColumnsAVX2", columnsDoc, 8)
	copyColumns(f, "copyColumnsAVX512", "copyColumnsAVX512 is copyColumnsAVX2 for W = 12.", 12)
	return f
}

const columnsDoc = `copyColumnsAVX2 spreads kc runs of src, ld apart, over groups: the first larger groups take
rows+1 elements each, the others rows. It copies past the end of a group.

	for k < kc, g < groups { copy(dst[g*stride+k*W:][:W], src[k*ld+start(g):]) }, W = 8`

// copyColumns copies width floats at a time. The runs lie in different pages,
// where the CPU does not look ahead by itself: each is fetched eight runs early.
func copyColumns(f *file, name, doc string, width int) {
	f.function(name, doc,
		"dst *float32 DI", "src *float32 SI", "kc int CX", "ld int R8", "groups int R9", "rows int R10", "larger int R11", "stride int R12")
	f.p("SUBQ R11, R9")
	for _, stride := range []string{"R8", "R10", "R12"} {
		f.p("SHLQ $2, %s", stride)
	}
	f.p("run:")
	f.p("MOVQ SI, AX")
	f.p("MOVQ DI, BX")
	f.p("ADDQ $4, R10")
	f.p("MOVQ R11, DX")
	copyGroups(f, "larger", width)
	f.p("SUBQ $4, R10")
	f.p("MOVQ R9, DX")
	copyGroups(f, "smaller", width)
	f.p("ADDQ R8, SI")
	f.p("ADDQ $%d, DI", 4*width)
	f.p("DECQ CX")
	f.p("JNZ run")
	f.end()
}

// copyGroups copies DX groups from AX to BX, R10 and R12 bytes apart.
func copyGroups(f *file, label string, width int) {
	f.p("TESTQ DX, DX")
	f.p("JZ %sDone", label)
	f.p("%s:", label)
	f.p("PREFETCHT0 (AX)(R8*8)")
	f.p("VMOVUPS (AX), Y0")
	f.p("VMOVUPS Y0, (BX)")
	if width == 12 {
		f.p("VMOVUPS 32(AX), X1")
		f.p("VMOVUPS X1, 32(BX)")
	}
	f.p("ADDQ R10, AX")
	f.p("ADDQ R12, BX")
	f.p("DECQ DX")
	f.p("JNZ %s", label)
	f.p("%sDone:", label)
}
