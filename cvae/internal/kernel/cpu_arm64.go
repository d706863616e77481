//go:build !purego

package kernel

// assembly reports whether p is assembly that can run here: every CPU that Go's
// arm64 runs on has NEON.
func (p Path) assembly() bool { return p == NEON }

// microAsm runs the micro-kernel.
func microAsm(_ Path, count, step, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, base *float32, add bool) {
	microNEON(count, step, rows, kc, a, rs, cs, panel, c, ldc, cols, base, add)
}

// copyColumnsAsm spreads columns over groups.
func copyColumnsAsm(_ Path, dst, src *float32, kc, ld int, g groups, stride int) {
	copyColumnsNEON(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
}
