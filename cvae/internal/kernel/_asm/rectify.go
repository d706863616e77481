package main

// rectify is the file of Rectify and RectifyBackward.
func rectify() *file {
	f := newFile("rectify_avx2_amd64.s")
	f.function("rectifyAVX2", "rectifyAVX2 computes for i < n { x[i] = max(x[i], 0) }, NaN for NaN", "x *float32 SI", "n int CX")
	f.p("VXORPS Y8, Y8, Y8")
	f.loop(func() {
		f.load("(SI)", "Y0")
		f.p("VMAXPS Y0, Y8, Y0") // of two zeros or with a NaN it is x
		f.p("VADDPS Y8, Y0, Y0") // -0 + 0 = 0
		f.store("Y0", "(SI)")
	}, "SI")
	f.end()
	f.function("rectifyBackwardAVX2", "rectifyBackwardAVX2 computes for i < n { if y[i] == 0 { d[i] = 0 } }",
		"d *float32 DI", "y *float32 SI", "n int CX")
	f.p("VXORPS Y8, Y8, Y8")
	f.loop(func() {
		f.load("(SI)", "Y0")
		f.load("(DI)", "Y1")
		f.p("VCMPPS $0, Y8, Y0, Y0")
		f.p("VANDNPS Y1, Y0, Y1")
		f.store("Y1", "(DI)")
	}, "SI", "DI")
	f.end()
	return f
}
