package main

// adam is the file of the fused Adam pass. The eight constants are kept in
// Y7..Y14; nothing is fused, so that the reference gives the same bits.
func adam() *file {
	f := newFile("adam_avx2_amd64.s")
	f.function("adamAVX2", "adamAVX2 is the loop of Adam over n parameters; k points to an adamConstants[float32].",
		"w *float32 DI", "grad *float32 SI", "m *float32 R8", "v *float32 R9", "n int CX", "k *float32 DX")
	for i, name := range []string{"beta1", "1-beta1", "beta2", "1-beta2", "scale", "step", "norm", "eps"} {
		f.note("Y%d = %s", 7+i, name)
		f.p("VBROADCASTSS %d(DX), Y%d", 4*i, 7+i)
	}
	f.loop(func() {
		f.note("gs = scale·g")
		f.load("(SI)", "Y0")
		f.p("VMULPS Y11, Y0, Y0")
		f.note("m = beta1·m + (1-beta1)·gs")
		f.load("(R8)", "Y1")
		f.p("VMULPS Y7, Y1, Y1")
		f.p("VMULPS Y8, Y0, Y2")
		f.p("VADDPS Y2, Y1, Y1")
		f.store("Y1", "(R8)")
		f.note("v = beta2·v + (1-beta2)·gs²")
		f.load("(R9)", "Y2")
		f.p("VMULPS Y9, Y2, Y2")
		f.p("VMULPS Y0, Y0, Y3")
		f.p("VMULPS Y10, Y3, Y3")
		f.p("VADDPS Y3, Y2, Y2")
		f.store("Y2", "(R9)")
		f.note("w -= step·m / (sqrt(v)·norm + eps)")
		f.p("VSQRTPS Y2, Y2")
		f.p("VMULPS Y13, Y2, Y2")
		f.p("VADDPS Y14, Y2, Y2")
		f.p("VMULPS Y12, Y1, Y1")
		f.p("VDIVPS Y2, Y1, Y1")
		f.load("(DI)", "Y0")
		f.p("VSUBPS Y1, Y0, Y0")
		f.store("Y0", "(DI)")
	}, "SI", "DI", "R8", "R9")
	f.end()
	return f
}
