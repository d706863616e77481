package main

// loop writes a loop over n (in CX) elements, a vector at a time, and the masked
// last round for the rest of n. body loads and stores through f.load and f.store
// at the pointers, which advance by a vector a round. [file.lastLanes] makes the mask.
func (f *file) loop(body func(), pointers ...string) {
	if f.neon {
		f.loopNEON(body, pointers)
		return
	}
	n := f.lanes()
	f.p("SUBQ $%d, CX", n)
	f.p("JLT tail")
	f.p("loop:")
	body()
	for _, pointer := range pointers {
		f.p("ADDQ $%d, %s", 4*n, pointer)
	}
	f.p("SUBQ $%d, CX", n)
	f.p("JGE loop")
	f.p("tail:")
	f.p("ADDQ $%d, CX", n)
	f.p("JEQ done")
	f.lastLanes()
	f.masked = true
	body()
	f.masked = false
	f.p("done:")
}

// lanes is the number of float32 in a vector of amd64.
func (f *file) lanes() int {
	if f.wide {
		return 16
	}
	return 8
}

// lastLanes makes the mask of the first CX lanes in Y15, or in K1 for AVX-512; CX is
// less than the lanes of a vector.
func (f *file) lastLanes() {
	if f.wide {
		mask(f, "K1")
		return
	}
	f.note("Y15 = all ones in the lanes that exist")
	f.p("LEAQ %s, AX", f.table("lanes", append(repeat(0xffffffff, 8), repeat(0, 8)...)))
	f.p("NEGQ CX")
	f.p("VMOVUPS 32(AX)(CX*4), Y15")
}
