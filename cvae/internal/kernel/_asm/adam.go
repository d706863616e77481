package main

import "fmt"

// adam is the file of the fused Adam pass. The eight constants are kept in
// Y7..Y14; nothing is fused, so that the reference gives the same bits.
func adam(set string) *file {
	f := newVectorFile("adam", set)
	f.function("adamVector", "adamVector is the loop of Adam over n parameters; k points to an adamConstants[float32].",
		"w *float32 DI", "grad *float32 SI", "m *float32 R8", "v *float32 R9", "n int CX", "k *float32 DX")
	for i, name := range []string{"beta1", "1-beta1", "beta2", "1-beta2", "scale", "step", "norm", "eps"} {
		f.note("Y%d = %s", 7+i, name)
		f.broadcast(fmt.Sprintf("%d(DX)", 4*i), fmt.Sprint("Y", 7+i))
	}
	f.loop(func() {
		f.note("gs = scale·g")
		f.load(at("SI"), "Y0")
		f.mul("Y0", "Y0", "Y11")
		f.note("m = beta1·m + (1-beta1)·gs")
		f.load(at("R8"), "Y1")
		f.mul("Y1", "Y1", "Y7")
		f.mul("Y2", "Y0", "Y8")
		f.add("Y1", "Y1", "Y2")
		f.store("Y1", at("R8"))
		f.note("v = beta2·v + (1-beta2)·gs²")
		f.load(at("R9"), "Y2")
		f.mul("Y2", "Y2", "Y9")
		f.mul("Y3", "Y0", "Y0")
		f.mul("Y3", "Y3", "Y10")
		f.add("Y2", "Y2", "Y3")
		f.store("Y2", at("R9"))
		f.note("w -= step·m / (sqrt(v)·norm + eps)")
		f.sqrt("Y2", "Y2")
		f.mul("Y2", "Y2", "Y13")
		f.add("Y2", "Y2", "Y14")
		f.mul("Y1", "Y1", "Y12")
		f.div("Y1", "Y1", "Y2")
		f.load(at("DI"), "Y0")
		f.sub("Y0", "Y0", "Y1")
		f.store("Y0", at("DI"))
	}, "SI", "DI", "R8", "R9")
	f.end()
	return f
}
