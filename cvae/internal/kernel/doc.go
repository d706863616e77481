// Package kernel holds the loops that take the time: matrix products, the
// pointwise functions of the recurrent cells, softmax pieces and Adam.
//
// Every kernel exists as a Go reference that is always compiled. On amd64 and
// arm64, float32 kernels also exist as assembly that a program of ours generates
// (folder _asm); build tag purego leaves the assembly out. A [Path] chooses
// between them per call or per [Team], so one process can compare them.
// float64 always takes the reference.
//
// Results do not depend on the number of threads: one worker owns each output
// element and sums it in a fixed order. Results do depend on the path, because
// the assembly fuses multiply and add. Within the assembly, avx2, avx512 and neon
// give the same bits.
//
// Products can round what they multiply to bfloat16 ([Team.Use]). Instructions for that
// exist with AVX-512; elsewhere the Go reference computes the same bits, slowly.
//
// Callers must pass slices that are long enough; a short one panics as an
// index out of range would.
package kernel
