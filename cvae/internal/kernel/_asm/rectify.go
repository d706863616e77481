package main

// rectify is the file of Rectify and RectifyBackward.
func rectify(set string) *file {
	f := newVectorFile("rectify", set)
	f.function("rectifyVector", "rectifyVector computes for i < n { x[i] = max(x[i], 0) }, NaN for NaN", "x *float32 SI", "n int CX")
	f.zero("Y8")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.max("Y0", "Y8", "Y0") // of two zeros or with a NaN it is x
		f.add("Y0", "Y0", "Y8") // -0 + 0 = 0
		f.store("Y0", at("SI"))
	}, "SI")
	f.end()
	f.function("rectifyBackwardVector", "rectifyBackwardVector computes for i < n { if y[i] == 0 { d[i] = 0 } }",
		"d *float32 DI", "y *float32 SI", "n int CX")
	f.zero("Y8")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		f.load(at("DI"), "Y1")
		f.clear("Y1", "Y0", "Y8")
		f.store("Y1", at("DI"))
	}, "SI", "DI")
	f.end()
	return f
}
