package kernel

import (
	"math"
	"testing"
)

// TestNormalise against the definition: 1, 2, 3, 4 have mean 2.5 and variance 1.25.
func TestNormalise(t *testing.T) {
	hat := make([]float64, 4)
	scale := Normalise(PureGo, hat, []float64{1, 2, 3, 4})
	want := 1 / math.Sqrt(1.25+1e-5)
	compare(t, "scale", []float64{scale}, []float64{want}, 0, 1e-15)
	compare(t, "hat", hat, []float64{-1.5 * want, -0.5 * want, 0.5 * want, 1.5 * want}, 0, 1e-15)
}

// TestNormBackward against central differences.
func TestNormBackward(t *testing.T) {
	const n = 11
	x, gain, bias, d := drawVector(n), drawVector(n), drawVector(n), drawVector(n)
	hat, y := make([]float64, n), make([]float64, n)
	loss := func() float64 {
		Normalise(PureGo, hat, x)
		ScaleShift(PureGo, y, hat, gain, bias)
		return dot(y, d)
	}
	scale := Normalise(PureGo, hat, x)
	dx, dgain := append([]float64(nil), d...), append([]float64(nil), hat...)
	NormBackward(PureGo, dx, dgain, gain, scale)
	checkGradient(t, "x", x, dx, loss)
	checkGradient(t, "gain", gain, dgain, loss)
}

// TestGELU against the formula at points of both signs, and its derivative against
// central differences; far out it is x or 0.
func TestGELU(t *testing.T) {
	x := append([]float64{0, 1, -1, 9, -9}, drawVector(6)...)
	y, scratch := make([]float64, len(x)), make([]float64, len(x))
	GELU(PureGo, y, x)
	// PyTorch 2.15: torch.nn.functional.gelu(torch.tensor([1., -1.], dtype=torch.float64), approximate="tanh")
	compare(t, "GELU", y[:5], []float64{0, 0.8411919906082768, -0.15880800939172324, 9, 0}, 4, 1e-15)
	d := drawVector(len(x))
	dx := append([]float64(nil), d...)
	GELUBackward(PureGo, dx, x, scratch)
	checkGradient(t, "GELU", x, dx, func() float64 { GELU(PureGo, y, x); return dot(y, d) })
}

// TestRectify keeps NaN, which must be seen, and gives no negative zero, on every
// path.
func TestRectify(t *testing.T) {
	for _, p := range Paths() {
		x := []float32{-1, 0, 2, float32(math.Inf(-1)), float32(math.NaN()), float32(math.Copysign(0, -1)), 3, -2, -1, 4}
		Rectify(p, x)
		compare(t, string(p)+" Rectify", x, []float32{0, 0, 2, 0, float32(math.NaN()), 0, 3, 0, 0, 4}, 0, 0)
		if math.Signbit(float64(x[5])) {
			t.Errorf("%s: a negative zero", p)
		}
		d := []float32{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
		RectifyBackward(p, d, x)
		compare(t, string(p)+" RectifyBackward", d, []float32{0, 0, 1, 0, 1, 0, 1, 0, 0, 1}, 0, 0)
	}
}
