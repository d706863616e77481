package main

// gru is the file of one GRU step and its reverse, a row of n units at a time.
func gru(set string) *file {
	f := newVectorFile("gru", set)
	gruForward(f)
	gruBackward(f)
	return f
}

func gruForward(f *file) {
	f.function("gruForwardVector", "gruForwardVector is the loop of GRUForward over n units.",
		"x *float32 SI", "u *float32 BX", "prev *float32 R8", "next *float32 R9", "saved *float32 R10", "n int CX")
	f.sections()
	f.loop(func() {
		for gate, keep := range []string{"Y4", "Y5"} {
			f.note("%s = σ(x + u), gate %d", keep, gate)
			f.load(section("SI", gate), "Y0")
			f.load(section("BX", gate), "Y1")
			f.add("Y0", "Y0", "Y1")
			f.sigmoid()
			f.store("Y0", section("R10", gate))
			f.copy(keep, "Y0")
		}
		f.note("n = tanh(x_n + r·u_n)")
		f.load(section("BX", 2), "Y6")
		f.store("Y6", section("R10", 3))
		f.load(section("SI", 2), "Y0")
		f.fma("Y0", "Y4", "Y6")
		f.tanh()
		f.store("Y0", section("R10", 2))
		f.note("next = (1-z)·n + z·prev")
		f.set("Y2", f.one())
		f.sub("Y2", "Y2", "Y5")
		f.mul("Y2", "Y2", "Y0")
		f.load(at("R8"), "Y1")
		f.fma("Y2", "Y5", "Y1")
		f.store("Y2", at("R9"))
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}

func gruBackward(f *file) {
	f.function("gruBackwardVector", "gruBackwardVector is the loop of GRUBackward over n units.",
		"saved *float32 SI", "prev *float32 BX", "dnext *float32 R8", "dx *float32 R9", "du *float32 R10", "dprev *float32 R11", "n int CX")
	f.sections()
	f.loop(func() {
		f.note("Y0..Y3 = r, z, n, u_n; Y4 = dnext; Y5 = prev; Y14 = 1")
		for s, to := range []string{"Y0", "Y1", "Y2", "Y3"} {
			f.load(section("SI", s), to)
		}
		f.load(at("R8"), "Y4")
		f.load(at("BX"), "Y5")
		f.set("Y14", f.one())
		f.note("dn = dnext·(1-z)·(1-n²)")
		f.sub("Y6", "Y14", "Y1")
		f.copy("Y7", "Y14")
		f.fnma("Y7", "Y2", "Y2")
		f.mul("Y8", "Y4", "Y6")
		f.mul("Y8", "Y8", "Y7")
		f.store("Y8", section("R9", 2))
		f.mul("Y9", "Y8", "Y0")
		f.store("Y9", section("R10", 2))
		f.note("dz = dnext·(prev-n)·z·(1-z)")
		f.sub("Y5", "Y5", "Y2")
		f.mul("Y5", "Y4", "Y5")
		f.mul("Y5", "Y5", "Y1")
		f.mul("Y5", "Y5", "Y6")
		f.store("Y5", section("R9", 1))
		f.store("Y5", section("R10", 1))
		f.note("dr = dn·u_n·r·(1-r)")
		f.sub("Y6", "Y14", "Y0")
		f.mul("Y8", "Y8", "Y3")
		f.mul("Y8", "Y8", "Y0")
		f.mul("Y8", "Y8", "Y6")
		f.store("Y8", section("R9", 0))
		f.store("Y8", section("R10", 0))
		f.note("dprev = dnext·z")
		f.mul("Y4", "Y4", "Y1")
		f.store("Y4", at("R11"))
	}, "SI", "BX", "R8", "R9", "R10", "R11")
	f.end()
}

// lstm is the file of one LSTM step and its reverse.
func lstm(set string) *file {
	f := newVectorFile("lstm", set)
	lstmForward(f)
	lstmBackward(f)
	return f
}

func lstmForward(f *file) {
	f.function("lstmForwardVector", "lstmForwardVector is the loop of LSTMForward over n units.",
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
			f.copy(keep, "Y0")
		}
		f.note("nextC = f·prevC + i·g; nextH = o·tanh(nextC)")
		f.load(at("BX"), "Y0")
		f.mul("Y0", "Y5", "Y0")
		f.fma("Y0", "Y4", "Y6")
		f.store("Y0", at("R8"))
		f.tanh()
		f.store("Y0", section("R10", 4))
		f.mul("Y0", "Y0", "Y7")
		f.store("Y0", at("R9"))
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}

func lstmBackward(f *file) {
	f.function("lstmBackwardVector", "lstmBackwardVector is the loop of LSTMBackward over n units.",
		"saved *float32 SI", "prevC *float32 BX", "dh *float32 R8", "dc *float32 R9", "da *float32 R10", "n int CX")
	f.sections()
	f.loop(func() {
		f.note("Y0..Y4 = i, f, g, o, tanh(nextC); Y5 = dh; Y14 = 1")
		for s, to := range []string{"Y0", "Y1", "Y2", "Y3", "Y4"} {
			f.load(section("SI", s), to)
		}
		f.load(at("R8"), "Y5")
		f.load(at("R9"), "Y6")
		f.set("Y14", f.one())
		f.note("d = dc + dh·o·(1-tanh(nextC)²)")
		f.copy("Y7", "Y14")
		f.fnma("Y7", "Y4", "Y4")
		f.mul("Y8", "Y5", "Y3")
		f.fma("Y6", "Y8", "Y7")
		f.note("da_o = dh·tanh(nextC)·o·(1-o)")
		f.mul("Y8", "Y8", "Y4")
		f.sub("Y9", "Y14", "Y3")
		f.mul("Y8", "Y8", "Y9")
		f.store("Y8", section("R10", 3))
		f.note("da_i = d·g·i·(1-i)")
		f.mul("Y10", "Y6", "Y0")
		f.mul("Y8", "Y10", "Y2")
		f.sub("Y9", "Y14", "Y0")
		f.mul("Y8", "Y8", "Y9")
		f.store("Y8", section("R10", 0))
		f.note("da_g = d·i·(1-g²)")
		f.copy("Y9", "Y14")
		f.fnma("Y9", "Y2", "Y2")
		f.mul("Y8", "Y10", "Y9")
		f.store("Y8", section("R10", 2))
		f.note("dc = d·f; da_f = d·prevC·f·(1-f)")
		f.load(at("BX"), "Y8")
		f.mul("Y6", "Y6", "Y1")
		f.store("Y6", at("R9"))
		f.mul("Y6", "Y6", "Y8")
		f.sub("Y9", "Y14", "Y1")
		f.mul("Y6", "Y6", "Y9")
		f.store("Y6", section("R10", 1))
	}, "SI", "BX", "R8", "R9", "R10")
	f.end()
}
