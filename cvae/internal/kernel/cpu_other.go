//go:build (!amd64 && !arm64) || purego

package kernel

// assembly reports whether p is assembly that can run here.
func (p Path) assembly() bool { return false }

func microAsm(_ Path, count, step, rows, kc int, a *float32, rs, cs int, panel, c *float32, ldc, cols int, base *float32, add bool) {
	panic(noAssembly)
}

func copyColumnsAsm(_ Path, dst, src *float32, kc, ld int, g groups, stride int) { panic(noAssembly) }
