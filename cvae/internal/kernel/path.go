package kernel

import (
	"slices"
	"unsafe"
)

// Float is the element type of a kernel.
type Float interface{ float32 | float64 }

// A Path names one implementation of the kernels.
type Path string

const (
	// PureGo is the Go reference.
	PureGo Path = "purego"
	// AVX2 is assembly for amd64 with AVX2 and FMA: 8 float32 per register.
	AVX2 Path = "avx2"
	// AVX512 is assembly for amd64 with AVX-512F: 16 float32 per register, a 12×32 matrix
	// kernel.
	AVX512 Path = "avx512"
	// NEON is assembly for arm64: 4 float32 per register, a 6×16 matrix kernel.
	NEON Path = "neon"
)

// Paths lists what this CPU and build can run, PureGo first, the fastest last.
func Paths() []Path {
	paths := []Path{PureGo}
	for _, p := range [...]Path{AVX2, AVX512, NEON} {
		if p.assembly() {
			paths = append(paths, p)
		}
	}
	return paths
}

// Best returns the fastest path of this CPU and build.
func Best() Path {
	paths := Paths()
	return paths[len(paths)-1]
}

// available reports whether this CPU and build can run p.
func (p Path) available() bool { return slices.Contains(Paths(), p) }

// vector reports whether element type T has assembly on path p. A path that
// cannot run here takes the reference.
func vector[T Float](p Path) bool { return isFloat32[T]() && p.assembly() }

// isFloat32 is decided at compile time: each float type has its own code.
func isFloat32[T Float]() bool { return unsafe.Sizeof(T(0)) == 4 }

// ptr is the first element of s for the assembly, which reads float32 only.
func ptr[T Float](s []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(s))) }
