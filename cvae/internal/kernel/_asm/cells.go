package main

// gru is the file of one GRU step and its reverse, a row of n units at a time.
func gru() *file {
	f := newFile("gru_avx2_amd64.s")
	gruForward(f)
	gruBackward(f)
	return f
}

func gruForward(f *file) {
	f.function("gruForwardAVX2", "gruForwardAVX2 is the loop of GRUForward over n units.",
		"x *float32 SI", "u *float32 BX", "prev *float32 R8", "next *float32 R9", "saved *float32 R10", "n int CX")
	f.sections()
	f.loop(func() {
		for gate, keep := range []string{"Y4", "Y5"} {
			f.note("%s = σ(x + u), gate %d", keep, gate)
			f.load(section("SI", gate), "Y0")
			f.load(section("BX", gate), "Y1")
			f.p("VADDPS Y1, Y0, Y0")
			f.sigmoid()
			f.store("Y0", section("R10", gate))
			f.p("VMOVAPS Y0, %s", keep)
		}
		f.note("n = tanh(x_n + r·u_n)")
		f.load(section("BX", 2), "Y6")
		f.store("Y6", section("R10", 3))
		f.load(section("SI", 2), "Y0")
		f.p("VFMADD231PS Y6, Y4, Y0")
		f.tanh()
		f.store("Y0", section("R10", 2))
		f.note("next = (1-z)·n + z·prev")
		f.p("VMOVUPS %s, Y2", f.one())
		f.p("VSUBPS Y5, Y2, Y2")
		f.p("VMULPS Y0, Y2, Y2")
		f.load("(R8)", "Y1")
		f.p("VFMADD231PS Y1, Y5, Y2")
		f.store("Y2", "(R9)")
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}

func gruBackward(f *file) {
	f.function("gruBackwardAVX2", "gruBackwardAVX2 is the loop of GRUBackward over n units.",
		"saved *float32 SI", "prev *float32 BX", "dnext *float32 R8", "dx *float32 R9", "du *float32 R10", "dprev *float32 R11", "n int CX")
	f.sections()
	f.loop(func() {
		f.note("Y0..Y3 = r, z, n, u_n; Y4 = dnext; Y5 = prev; Y14 = 1")
		for s, to := range []string{"Y0", "Y1", "Y2", "Y3"} {
			f.load(section("SI", s), to)
		}
		f.load("(R8)", "Y4")
		f.load("(BX)", "Y5")
		f.p("VMOVUPS %s, Y14", f.one())
		f.note("dn = dnext·(1-z)·(1-n²)")
		f.p("VSUBPS Y1, Y14, Y6")
		f.p("VMOVAPS Y14, Y7")
		f.p("VFNMADD231PS Y2, Y2, Y7")
		f.p("VMULPS Y6, Y4, Y8")
		f.p("VMULPS Y7, Y8, Y8")
		f.store("Y8", section("R9", 2))
		f.p("VMULPS Y0, Y8, Y9")
		f.store("Y9", section("R10", 2))
		f.note("dz = dnext·(prev-n)·z·(1-z)")
		f.p("VSUBPS Y2, Y5, Y5")
		f.p("VMULPS Y5, Y4, Y5")
		f.p("VMULPS Y1, Y5, Y5")
		f.p("VMULPS Y6, Y5, Y5")
		f.store("Y5", section("R9", 1))
		f.store("Y5", section("R10", 1))
		f.note("dr = dn·u_n·r·(1-r)")
		f.p("VSUBPS Y0, Y14, Y6")
		f.p("VMULPS Y3, Y8, Y8")
		f.p("VMULPS Y0, Y8, Y8")
		f.p("VMULPS Y6, Y8, Y8")
		f.store("Y8", section("R9", 0))
		f.store("Y8", section("R10", 0))
		f.note("dprev = dnext·z")
		f.p("VMULPS Y1, Y4, Y4")
		f.store("Y4", "(R11)")
	}, "SI", "BX", "R8", "R9", "R10", "R11")
	f.end()
}

// lstm is the file of one LSTM step and its reverse.
func lstm() *file {
	f := newFile("lstm_avx2_amd64.s")
	lstmForward(f)
	lstmBackward(f)
	return f
}

func lstmForward(f *file) {
	f.function("lstmForwardAVX2", "lstmForwardAVX2 is the loop of LSTMForward over n units.",
		"a *float32 SI", "prevC *float32 BX", "nextC *float32 R8", "nextH *float32 R9", "saved *float32 R10", "n int CX")
	f.sections()
	f.loop(func() {
		for gate, keep := range []string{"Y4", "Y5", "Y6", "Y7"} {
			f.note("%s = gate %d of i, f, g, o", keep, gate)
			f.load(section("SI", gate), "Y0")
			if gate == 2 {
				f.tanh()
			} else {
				f.sigmoid()
			}
			f.store("Y0", section("R10", gate))
			f.p("VMOVAPS Y0, %s", keep)
		}
		f.note("nextC = f·prevC + i·g; nextH = o·tanh(nextC)")
		f.load("(BX)", "Y0")
		f.p("VMULPS Y0, Y5, Y0")
		f.p("VFMADD231PS Y6, Y4, Y0")
		f.store("Y0", "(R8)")
		f.tanh()
		f.store("Y0", section("R10", 4))
		f.p("VMULPS Y7, Y0, Y0")
		f.store("Y0", "(R9)")
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}

func lstmBackward(f *file) {
	f.function("lstmBackwardAVX2", "lstmBackwardAVX2 is the loop of LSTMBackward over n units.",
		"saved *float32 SI", "prevC *float32 BX", "dh *float32 R8", "dc *float32 R9", "da *float32 R10", "n int CX")
	f.sections()
	f.loop(func() {
		f.note("Y0..Y4 = i, f, g, o, tanh(nextC); Y5 = dh; Y14 = 1")
		for s, to := range []string{"Y0", "Y1", "Y2", "Y3", "Y4"} {
			f.load(section("SI", s), to)
		}
		f.load("(R8)", "Y5")
		f.load("(R9)", "Y6")
		f.p("VMOVUPS %s, Y14", f.one())
		f.note("d = dc + dh·o·(1-tanh(nextC)²)")
		f.p("VMOVAPS Y14, Y7")
		f.p("VFNMADD231PS Y4, Y4, Y7")
		f.p("VMULPS Y3, Y5, Y8")
		f.p("VFMADD231PS Y7, Y8, Y6")
		f.note("da_o = dh·tanh(nextC)·o·(1-o)")
		f.p("VMULPS Y4, Y8, Y8")
		f.p("VSUBPS Y3, Y14, Y9")
		f.p("VMULPS Y9, Y8, Y8")
		f.store("Y8", section("R10", 3))
		f.note("da_i = d·g·i·(1-i)")
		f.p("VMULPS Y0, Y6, Y10")
		f.p("VMULPS Y2, Y10, Y8")
		f.p("VSUBPS Y0, Y14, Y9")
		f.p("VMULPS Y9, Y8, Y8")
		f.store("Y8", section("R10", 0))
		f.note("da_g = d·i·(1-g²)")
		f.p("VMOVAPS Y14, Y9")
		f.p("VFNMADD231PS Y2, Y2, Y9")
		f.p("VMULPS Y9, Y10, Y8")
		f.store("Y8", section("R10", 2))
		f.note("dc = d·f; da_f = d·prevC·f·(1-f)")
		f.load("(BX)", "Y8")
		f.p("VMULPS Y1, Y6, Y6")
		f.store("Y6", "(R9)")
		f.p("VMULPS Y8, Y6, Y6")
		f.p("VSUBPS Y1, Y14, Y9")
		f.p("VMULPS Y9, Y6, Y6")
		f.store("Y6", section("R10", 1))
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}
