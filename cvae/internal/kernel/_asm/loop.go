package main

// loop writes a loop over n (in CX) elements, eight at a time, and the masked
// last round for n modulo 8. body loads and stores through f.load and f.store
// at the pointers, which advance by 32 bytes a round. Y15 is the mask.
func (f *file) loop(body func(), pointers ...string) {
	if f.neon {
		f.loopNEON(body, pointers)
		return
	}
	f.p("SUBQ $8, CX")
	f.p("JLT tail")
	f.p("loop:")
	body()
	for _, pointer := range pointers {
		f.p("ADDQ $32, %s", pointer)
	}
	f.p("SUBQ $8, CX")
	f.p("JGE loop")
	f.p("tail:")
	f.p("ADDQ $8, CX")
	f.p("JEQ done")
	f.lanes()
	f.masked = true
	body()
	f.masked = false
	f.p("done:")
}

// lanes makes the mask of the first CX < 8 lanes in Y15.
func (f *file) lanes() {
	f.note("Y15 = all ones in the lanes that exist")
	f.p("LEAQ %s, AX", f.table("lanes", append(repeat(0xffffffff, 8), repeat(0, 8)...)))
	f.p("NEGQ CX")
	f.p("VMOVUPS 32(AX)(CX*4), Y15")
}
