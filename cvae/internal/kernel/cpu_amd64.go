//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// What the CPU and the operating system support; x/sys/cpu asks both.
var (
	hasAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	hasAVX512 = hasAVX2 && cpu.X86.HasAVX512F
)
