package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"
)

// assemblyBits is what TestAssemblyGivesTheSameBitsEverywhere computed with AVX2 before
// there was NEON. A change of a kernel's arithmetic changes it.
const assemblyBits = "ccdb0aed590ed78b"

// All paths of assembly give the same bits, on either architecture: every kernel for
// lengths up to 40, and products whose edges, row groups and k blocks differ.
func TestAssemblyGivesTheSameBitsEverywhere(t *testing.T) {
	eachPath(t, func(t *testing.T, p Path) {
		var bits []float64
		for _, c := range vectorCases {
			for n := range 41 {
				in, out, _ := c.operands(n, n%4)
				bits = append(bits, c.run(p, n, in, out))
				for _, x := range out {
					bits = appendAll(bits, x)
				}
			}
		}
		for _, s := range [][3]int{{1, 5, 7}, {2, 16, 30}, {13, 47, 520}, {25, 70, 90}} {
			for variant := range 12 {
				bits = appendAll(bits, uniformCase(s[0], s[1], s[2], variant).run(newTeam(t, 1, p)))
			}
		}
		if got := digest(bits); got != assemblyBits {
			t.Errorf("the bits of %s have digest %s, not %s", p, got, assemblyBits)
		}
	})
}

// uniformCase is newCase with numbers that need no function of package math, whose
// results may depend on the architecture.
func uniformCase(m, n, k, variant int) gemmCase[float32] {
	g, r := newCase[float32](m, n, k, variant), random()
	for _, x := range [][]float32{g.a.Data, g.b, g.c, g.base.row} {
		for i := range x {
			x[i] = 2*r.Float32() - 1
		}
	}
	return g
}

func appendAll(bits []float64, x []float32) []float64 {
	for _, v := range x {
		bits = append(bits, float64(v))
	}
	return bits
}

// digest is a hash of numbers in which all NaN are equal.
func digest(bits []float64) string {
	h := fnv.New64a()
	for _, v := range bits {
		if math.IsNaN(v) {
			v = math.NaN()
		}
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// A product that is too small for float32 leaves -0, which no missing base may change.
func TestAssemblyKeepsNegativeZero(t *testing.T) {
	eachPath(t, func(t *testing.T, p Path) {
		team := newTeam(t, 1, p)
		for _, n := range []int{3, 16, 21} {
			b, c := make([]float32, n), make([]float32, 2*n)
			for i := range b {
				b[i] = -1e-30
			}
			var packed Packed[float32]
			packed.Pack(team, 1, n, b, n)
			Gemm(team, 2, Rows([]float32{1e-30, 1e-30}, 1), &packed, c, n, Base[float32]{})
			for i, v := range c {
				if math.Float32bits(v) != 1<<31 {
					t.Fatalf("element %d of 2×%d is %g, want -0", i, n, v)
				}
			}
		}
	})
}
