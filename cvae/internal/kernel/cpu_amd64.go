//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

// What the CPU and the operating system support; x/sys/cpu asks both.
var (
	hasAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	hasAVX512 = hasAVX2 && cpu.X86.HasAVX512F
	hasBF16   = hasAVX512 && cpu.X86.HasAVX512BF16
)

// assembly reports whether p is assembly that can run here.
func (p Path) assembly() bool { return p == AVX2 && hasAVX2 || p == AVX512 && hasAVX512 }

// assemblyPairs reports whether p is assembly for pairs of bfloat16 that can run here.
func (p Path) assemblyPairs() bool { return p == AVX512 && hasBF16 }

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

// microPairsAsm runs the micro-kernel for pairs of bfloat16.
func microPairsAsm(count, step, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, base *float32, add bool) {
	microPairsAVX512(count, step, rows, kc, a, rs, cs, panel, c, ldc, cols, base, add)
}

// pairRowAsm makes words of n numbers.
func pairRowAsm(dst, src *float32, n int) { pairRowAVX512(dst, src, n) }

// pairColumnsAsm makes kc runs of words in groups of width columns.
func pairColumnsAsm(dst, src *float32, kc, ld int, g groups, width, stride int) {
	if width == 12 {
		pairColumns12AVX512(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
		return
	}
	pairColumns32AVX512(dst, src, kc, ld, g.count, g.rows, g.larger, stride)
}
