package main

// exponential is the file of Exp, Sigmoid, Tanh and ExpSum. Each is
//
//	for i < n { dst[i] = f(src[i]) }
func exponential(set string) *file {
	f := newVectorFile("exponential", set)
	pointwise(f, "exp", (*file).exp)
	pointwise(f, "sigmoid", (*file).sigmoid)
	pointwise(f, "tanh", (*file).tanh)
	expSum(f)
	return f
}

func pointwise(f *file, name string, body func(*file)) {
	f.function(name+"Vector", name+"Vector is the assembly of "+name+"Of: for i < n { dst[i] = "+name+"Of(src[i]) }",
		"dst *float32 DI", "src *float32 SI", "n int CX")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		body(f)
		f.store("Y0", at("DI"))
	}, "SI", "DI")
	f.end()
}

// doubles makes float64 of Y0: its lower half in Y1, the upper one in Y2.
func (f *file) doubles() {
	if f.wide {
		f.exactly("VCVTPS2PD Y0, Z1")
		f.exactly("VEXTRACTF64X4 $1, Z0, Y2")
		f.exactly("VCVTPS2PD Y2, Z2")
		return
	}
	f.p("VCVTPS2PD X0, Y1")
	f.p("VEXTRACTF128 $1, Y0, X2")
	f.p("VCVTPS2PD X2, Y2")
}

// expSum keeps eight running sums in float64: lanes 0-3 in Y8, 4-7 in Y9; with AVX-512
// all in Z8, which takes the lower and then the upper eight numbers of a vector.
func expSum(f *file) {
	fn := f.function("expSumVector", "expSumVector computes for i < n { dst[i] = expOf(src[i]-shift) } and returns the sum of dst.",
		"dst *float32 DI", "src *float32 SI", "n int CX", "shift float32", "ret float64")
	f.broadcast(fn.arg("shift"), "Y10")
	if f.neon {
		f.expSumNEON(fn)
		return
	}
	f.zero("Y8")
	f.zero("Y9")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.sub("Y0", "Y0", "Y10")
		f.exp()
		f.store("Y0", at("DI"))
		switch {
		case f.masked && f.wide:
			f.p("VMOVAPS.Z Y0, K1, Y0")
		case f.masked:
			f.p("VANDPS Y15, Y0, Y0")
		}
		f.doubles()
		f.p("VADDPD Y1, Y8, Y8")
		f.p("VADDPD Y2, %s, %[1]s", f.pick("Y9", "Y8"))
	}, "SI", "DI")
	f.fold(fn)
}

// fold returns the sum of the eight float64 in Y8 and Y9, or in Z8.
func (f *file) fold(fn *function) {
	f.note("return ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7))")
	if f.wide {
		f.exactly("VEXTRACTF64X4 $1, Z8, Y9")
	}
	f.exactly("VADDPD Y9, Y8, Y8")
	f.exactly("VEXTRACTF128 $1, Y8, X9")
	f.p("VADDPD X9, X8, X8")
	f.p("VUNPCKHPD X8, X8, X9")
	f.p("VADDSD X9, X8, X8")
	f.p("VZEROUPPER")
	f.p("MOVSD X8, %s", fn.arg("ret"))
	f.p("RET")
}

// expParts leaves n = round(x/ln 2) in Y1 and exp(x-n·ln 2)-1 in Y2 for x in
// Y0, which it limits to [low,high]. NaN passes.
func (f *file) expParts(low, high string) {
	f.note("x = clamp(x); n = round(x·log2 e); r = x - n·ln 2")
	f.clamp("Y0", low, high, "Y3")
	f.mul("Y1", "Y0", f.constant("log2E", 1.44269504088896341))
	f.round("Y1", "Y1")
	f.fnma("Y0", "Y1", f.constant("ln2High", 0.693359375))
	f.fnma("Y0", "Y1", f.constant("ln2Low", -2.12194440e-4))
	f.note("p = exp(r) - 1")
	f.polynomial("Y2", "Y0",
		f.constant("exp7", 1.9875691500e-4),
		f.constant("exp6", 1.3981999507e-3),
		f.constant("exp5", 8.3334519073e-3),
		f.constant("exp4", 4.1665795894e-2),
		f.constant("exp3", 1.6666665459e-1),
		f.constant("exp2", 5.0000001201e-1))
	f.mul("Y3", "Y0", "Y0")
	f.mulAdd("Y2", "Y3", "Y0")
}

func (f *file) one() string { return f.constant("one", 1) }

// exp replaces Y0 by exp(Y0); it uses Y1 to Y3.
func (f *file) exp() {
	f.expParts(f.constant("expLow", -87.3), f.constant("expHigh", 89))
	f.note("exp(x) = 2·(1+p)·2ⁿ⁻¹")
	f.power("Y1", f.constant("half", 0.5))
	f.add("Y2", "Y2", f.one())
	f.add("Y2", "Y2", "Y2")
	f.mul("Y0", "Y2", "Y1")
}

// sigmoid replaces Y0 by 1/(1+exp(-Y0)); it uses Y1 to Y3.
func (f *file) sigmoid() {
	f.negate("Y0")
	f.expParts(f.constant("sigLow", -87), f.constant("sigHigh", 88.7))
	f.note("σ = 1 / (1 + (1+p)·2ⁿ)")
	f.power("Y1", f.one())
	f.set("Y3", f.one())
	f.add("Y2", "Y2", "Y3")
	f.mul("Y2", "Y2", "Y1")
	f.add("Y2", "Y2", "Y3")
	f.div("Y0", "Y3", "Y2")
}

// tanh replaces Y0 by tanh(Y0); it uses Y1 to Y3.
func (f *file) tanh() {
	f.add("Y0", "Y0", "Y0")
	f.expParts(f.constant("tanhLow", -20), f.constant("tanhHigh", 20))
	f.note("t = 2ⁿ·p + (2ⁿ - 1); tanh = t / (t + 2)")
	f.power("Y1", f.one())
	f.sub("Y3", "Y1", f.one())
	f.mulAdd("Y2", "Y1", "Y3")
	f.add("Y3", "Y2", f.constant("two", 2))
	f.div("Y0", "Y2", "Y3")
}
