//go:build !amd64 || purego

package kernel

// assemblyPairs reports whether p is assembly for pairs of bfloat16: there is none.
func (p Path) assemblyPairs() bool { return false }

func microPairsAsm(count, step, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, base *float32, add bool) {
	panic(noPairs)
}

func pairRowAsm(dst, src *float32, n int) { panic(noPairs) }

func pairColumnsAsm(dst, src *float32, kc, ld int, g groups, width, stride int) { panic(noPairs) }

const noPairs = "kernel: no assembly for pairs of bfloat16 in this build"
