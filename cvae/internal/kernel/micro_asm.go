package kernel

// microAsm runs the assembly micro-kernel of path p.
func microAsm(p Path, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, add bool) {
	if p == AVX512 {
		microAVX512(rows, kc, a, rs, cs, panel, c, ldc, cols, add)
		return
	}
	microAVX2(rows, kc, a, rs, cs, panel, c, ldc, cols, add)
}

// copyColumnsAsm spreads columns over the groups of path p.
func copyColumnsAsm(p Path, dst, src *float32, kc, ld int, g groups, stride int) {
	if p == AVX512 {
		copyColumnsAVX512(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
		return
	}
	copyColumnsAVX2(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
}
