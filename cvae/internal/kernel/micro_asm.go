package kernel

// microAsm runs the assembly micro-kernel of path p.
func microAsm(p Path, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, add bool) {
	if p == AVX512 {
		microAVX512(rows, kc, a, rs, cs, panel, c, ldc, cols, add)
		return
	}
	microAVX2(rows, kc, a, rs, cs, panel, c, ldc, cols, add)
}
