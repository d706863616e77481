package kernel

import (
	"math"
	"unsafe"
)

// A Precision is what the elements of a product are rounded to before they are
// multiplied. Sums are float32, and so is all that is no product of matrices.
type Precision string

const (
	// FP32 leaves them as they are.
	FP32 Precision = "fp32"
	// BF16 rounds them to bfloat16: 8 bits of a mantissa with the exponents of
	// float32. It takes the instructions of AVX512_BF16 on path [AVX512] where the
	// CPU has them. All paths give the same bits.
	BF16 Precision = "bf16"
)

// Fast reports whether this CPU and build multiply in the precision on path p
// without the Go reference.
func (p Precision) Fast(path Path) bool {
	if p == BF16 {
		return path.assemblyPairs()
	}
	return path.assembly()
}

// Use makes the team pack matrices in a precision and returns the one before. Products
// of matrices that were packed earlier stay in theirs. float64 is always computed as it
// is, and attention in float32.
func (t *Team) Use(p Precision) (before Precision) {
	before, t.precision = t.precision, p
	return before
}

// Packs reports whether the team would pack matrices as b is.
func Packs[T Float](t *Team, b *Packed[T]) bool {
	return b.pairs == (t.precision == BF16 && isFloat32[T]())
}

// bfloat16 is x rounded to the nearest bfloat16, ties to even, the upper half of a
// float32. Denormal numbers become 0.
func bfloat16(x float32) uint32 {
	bits := math.Float32bits(x)
	switch exponent := bits >> 23 & 0xff; {
	case exponent == 0:
		return bits >> 16 & 0x8000
	case x != x:
		return bits>>16 | 0x40 // quiet
	}
	return (bits + 0x7fff + bits>>16&1) >> 16
}

// pair is the word of two numbers: the first is the lower half.
func pair(x, y float32) float32 { return math.Float32frombits(bfloat16(x) | bfloat16(y)<<16) }

// fusedPair is the instruction VDPBF16PS: sum takes the product of the upper halves
// and then that of the lower ones, each rounded once.
func fusedPair(a, b, sum float32) float32 {
	x, y := math.Float32bits(a), math.Float32bits(b)
	sum = fusedFlush(float64(math.Float32frombits(x&^0xffff))*float64(math.Float32frombits(y&^0xffff)), sum)
	return fusedFlush(float64(math.Float32frombits(x<<16))*float64(math.Float32frombits(y<<16)), sum)
}

// least is the smallest number that 24 bits and any exponent round to a float32 that is
// not denormal.
const least = 0x1p-126 - 0x1p-151

// fusedFlush is p + sum rounded once to float32, for an exact product p of two
// bfloat16. A denormal result becomes 0 of its sign. Rounding the sum to float64 first
// changes nothing: p has 16 bits and sum 24, so where 53 do not hold both, the smaller
// is less than 2⁻²⁷ of the larger and neither makes nor breaks a tie of 24 bits.
func fusedFlush(p float64, sum float32) float32 {
	s := p + float64(sum)
	if math.Abs(s) < least {
		return float32(math.Copysign(0, s))
	}
	return float32(s)
}

// float32s is a slice of float32 as what it is.
func float32s[T Float](x []T) []float32 { return unsafe.Slice(ptr(x), len(x)) }

// microPairs is micro for words of two bfloat16.
func microPairs(p Path, count, step, rows, kc int, a []float32, rs, cs int, panel []float32, width int, c []float32, ldc, cols int, base []float32, add bool) {
	if p.assemblyPairs() {
		microPairsAsm(count, step, rows, kc, ptr(a), rs, cs, ptr(panel), ptr(c), ldc, cols, ptr(base), add)
		return
	}
	for i := range count * rows {
		row := a[i/rows*step+i%rows*rs:]
		for n := range cols {
			var sum [1]float32
			for k := range kc {
				sum[0] = fusedPair(row[k*cs], panel[k*width+n], sum[0])
			}
			store(c[i*ldc+n:][:1], sum[:], from(base, n), add)
		}
	}
}
