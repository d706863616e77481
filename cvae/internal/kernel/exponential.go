package kernel

import "math"

// Constants of the exponential of float32: exp(x) = 2ⁿ·exp(r) with
// n = round(x/ln 2) and r = x − n·ln 2, the last in two parts so that n·ln2High
// is exact; exp(r) is a polynomial of degree 7 (Cephes, expf.c, S. Moshier).
// The assembly has the same constants.
const (
	log2E   = 1.44269504088896341
	ln2High = 0.693359375
	ln2Low  = -2.12194440e-4
)

// toInteger, added and taken away, rounds a small float32 to the nearest
// integer: at 1.5·2²³ the unit in the last place is 1.
const toInteger = 0x1.8p23

// The polynomial's coefficients, highest power first.
const (
	exp7 = 1.9875691500e-4
	exp6 = 1.3981999507e-3
	exp5 = 8.3334519073e-3
	exp4 = 4.1665795894e-2
	exp3 = 1.6666665459e-1
	exp2 = 5.0000001201e-1
)

// Where the float32 functions are flat: beyond these bounds the argument is
// replaced by the bound. NaN passes.
const (
	expLow, expHigh = -87.3, 89
	sigLow, sigHigh = -87, 88.7
	tanhBound       = 20 // of 2x
)

// Exp computes dst[i] = exp(src[i]). dst may be src.
//
// float32: within 2 units in the last place; results below 2^-125.5 ≈ 1.7e-38
// are 0; exp(-Inf) = 0, exp(+Inf) = +Inf, NaN gives NaN. float64: math.Exp.
func Exp[T Float](p Path, dst, src []T) { pointwise(p, dst, src, expAsm, expOf[T]) }

// Sigmoid computes dst[i] = 1/(1+exp(-src[i])). dst may be src.
//
// float32: within 3 units in the last place; 0 below -88.4, where the true
// value is under 4e-39; ±Inf give 0 and 1, NaN gives NaN.
func Sigmoid[T Float](p Path, dst, src []T) { pointwise(p, dst, src, sigmoidAsm, sigmoidOf[T]) }

// Tanh computes dst[i] = tanh(src[i]). dst may be src.
//
// float32: within 4 units in the last place, near 0 too; ±Inf give ±1, NaN
// gives NaN. float64: math.Tanh.
func Tanh[T Float](p Path, dst, src []T) { pointwise(p, dst, src, tanhAsm, tanhOf[T]) }

// pointwise computes dst[i] = f(src[i]), of which assembly is that for float32.
func pointwise[T Float](p Path, dst, src []T, assembly func(p Path, dst, src *float32, n int), f func(T) T) {
	dst = dst[:len(src)]
	if vector[T](p) {
		assembly(p, ptr(dst), ptr(src), len(src))
		return
	}
	for i, x := range src {
		dst[i] = f(x)
	}
}

// ExpSum computes dst[i] = exp(src[i]-shift) and returns the sum of dst. Eight
// running sums in float64, one for each i modulo 8, are folded at the end, on
// every path in the same order. dst may be src.
func ExpSum[T Float](p Path, dst, src []T, shift T) float64 {
	dst = dst[:len(src)]
	if vector[T](p) {
		return expSumAsm(p, ptr(dst), ptr(src), len(src), float32(shift))
	}
	var lanes [8]float64
	for i, x := range src {
		e := expOf(x - shift)
		dst[i] = e
		lanes[i%8] += float64(e)
	}
	return fold(lanes)
}

// fold adds eight lanes as the assembly does: halves, then quarters, then the
// last pair.
func fold(l [8]float64) float64 {
	a, b, c, d := l[0]+l[4], l[1]+l[5], l[2]+l[6], l[3]+l[7]
	return (a + c) + (b + d)
}

// expOf is the reference of Exp for one number.
func expOf[T Float](x T) T {
	if !isFloat32[T]() {
		return T(math.Exp(float64(x)))
	}
	n, p := expParts(clamp(float32(x), expLow, expHigh))
	y := 1 + p
	// 2ⁿ as 2·2ⁿ⁻¹: n = 128 stays finite until the last product.
	return T((y + y) * math.Float32frombits(uint32(n+126)<<23))
}

// sigmoidOf is the reference of Sigmoid for one number. For n = 128 the factor
// is +Inf, which makes the result exactly 0.
func sigmoidOf[T Float](x T) T {
	if !isFloat32[T]() {
		return 1 / (1 + T(math.Exp(-float64(x))))
	}
	n, p := expParts(clamp(float32(-x), sigLow, sigHigh))
	e := float32((1 + p) * math.Float32frombits(uint32(n+127)<<23))
	return T(1 / (1 + e))
}

// tanhOf is the reference of Tanh for one number: t/(t+2) with t = exp(2x)-1,
// which keeps the precision of small x.
func tanhOf[T Float](x T) T {
	if !isFloat32[T]() {
		return T(math.Tanh(float64(x)))
	}
	n, p := expParts(clamp(float32(x+x), -tanhBound, tanhBound))
	e := math.Float32frombits(uint32(n+127) << 23)
	t := float32(e*p) + (e - 1)
	return T(t / (t + 2))
}

// expParts returns n and exp(r)-1 with x = n·ln 2 + r. Every product is rounded
// by itself, so that all architectures agree.
func expParts(x float32) (n int32, p float32) {
	k := float32(float32(x*log2E)+toInteger) - toInteger
	r := x - float32(k*ln2High) - float32(k*ln2Low)
	p = float32(exp7*r) + exp6
	p = float32(p*r) + exp5
	p = float32(p*r) + exp4
	p = float32(p*r) + exp3
	p = float32(p*r) + exp2
	p = float32(p*float32(r*r)) + r
	if x != x {
		return 0, x
	}
	return int32(k), p
}

// clamp limits x to [low,high]; NaN stays NaN.
func clamp(x, low, high float32) float32 {
	if x < low {
		return low
	}
	if x > high {
		return high
	}
	return x
}
