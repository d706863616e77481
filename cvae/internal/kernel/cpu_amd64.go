//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

// What the CPU and the operating system support; x/sys/cpu asks both.
var (
	hasAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	hasAVX512 = hasAVX2 && cpu.X86.HasAVX512F
)

// assembly reports whether p is assembly that can run here.
func (p Path) assembly() bool { return p == AVX2 && hasAVX2 || p == AVX512 && hasAVX512 }

// microAsm runs the micro-kernel of path p.
func microAsm(p Path, count, step, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, base *float32, add bool) {
	if p == AVX512 {
		microAVX512(count, step, rows, kc, a, rs, cs, panel, c, ldc, cols, base, add)
		return
	}
	microAVX2(count, step, rows, kc, a, rs, cs, panel, c, ldc, cols, base, add)
}

// copyColumnsAsm spreads columns over the groups of path p.
func copyColumnsAsm(p Path, dst, src *float32, kc, ld int, g groups, stride int) {
	if p == AVX512 {
		copyColumnsAVX512(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
		return
	}
	copyColumnsAVX2(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
}
