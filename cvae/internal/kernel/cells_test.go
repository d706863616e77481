package kernel

import (
	"math"
	"testing"
)

// Backward steps are checked in float64 against central differences of the
// forward steps: the loss is a fixed random combination of the outputs.

const h = 5 // units

func drawVector(n int) []float64 {
	r := random()
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// checkGradient compares got with the differences of loss around x.
func checkGradient(t *testing.T, what string, x, got []float64, loss func() float64) {
	t.Helper()
	const step = 1e-5
	for i, v := range x {
		x[i] = v + step
		up := loss()
		x[i] = v - step
		down := loss()
		x[i] = v
		if want := (up - down) / (2 * step); math.Abs(got[i]-want) > 1e-8 {
			t.Errorf("%s: gradient %d is %v, differences give %v", what, i, got[i], want)
		}
	}
}

func TestGRUBackwardIsTheGradient(t *testing.T) {
	data := drawVector(8 * h)
	x, u, prev, weight := data[:3*h], data[3*h:6*h], data[6*h:7*h], data[7*h:]
	next, saved := make([]float64, h), make([]float64, 4*h)
	loss := func() float64 {
		GRUForward(PureGo, x, u, prev, next, saved)
		return dot(next, weight)
	}
	loss()
	dx, du, dprev := make([]float64, 3*h), make([]float64, 3*h), make([]float64, h)
	GRUBackward(PureGo, saved, prev, weight, dx, du, dprev)
	checkGradient(t, "x", x, dx, loss)
	checkGradient(t, "u", u, du, loss)
	checkGradient(t, "prev", prev, dprev, loss)
}

func TestLSTMBackwardIsTheGradient(t *testing.T) {
	data := drawVector(7 * h)
	a, prevC, weightC, weightH := data[:4*h], data[4*h:5*h], data[5*h:6*h], data[6*h:]
	nextC, nextH, saved := make([]float64, h), make([]float64, h), make([]float64, 5*h)
	loss := func() float64 {
		LSTMForward(PureGo, a, prevC, nextC, nextH, saved)
		return dot(nextC, weightC) + dot(nextH, weightH)
	}
	loss()
	dc, da := append([]float64(nil), weightC...), make([]float64, 4*h)
	LSTMBackward(PureGo, saved, prevC, weightH, dc, da)
	checkGradient(t, "a", a, da, loss)
	checkGradient(t, "prevC", prevC, dc, loss)
}

// One unit by hand, with all gates at known values: x_r = ln 3 gives r = 3/4,
// x_z = 0 gives z = 1/2, u_n = 0 and x_n = atanh(1/2) give n = 1/2.
func TestGRUForwardByHand(t *testing.T) {
	next, saved := make([]float64, 1), make([]float64, 4)
	GRUForward(PureGo, []float64{math.Log(3), 0, math.Atanh(0.5)}, []float64{0, 0, 0}, []float64{3}, next, saved)
	for i, want := range []float64{0.75, 0.5, 0.5, 0} {
		if math.Abs(saved[i]-want) > 1e-15 {
			t.Errorf("saved[%d] = %v, want %v", i, saved[i], want)
		}
	}
	if want := 0.5*0.5 + 0.5*3; math.Abs(next[0]-want) > 1e-15 {
		t.Errorf("next = %v, want %v", next[0], want)
	}
}

// At the first step the corrected moments are g and g², so a parameter moves
// by lr·sign(g), nearly (Kingma and Ba 2015, section 2.1), whatever the scale.
func TestAdamFirstStep(t *testing.T) {
	w, g := []float64{1, 1, 1}, []float64{0.3, -5, 0}
	m, v := make([]float64, 3), make([]float64, 3)
	Adam(PureGo, w, g, m, v, 0.01, 0.9, 0.999, 1e-8, 1-0.9, 1-0.999, 2)
	for i, want := range []float64{0.99, 1.01, 1} {
		if math.Abs(w[i]-want) > 1e-8 {
			t.Errorf("w[%d] = %v, want %v", i, w[i], want)
		}
	}
	if math.Abs(m[0]-0.06) > 1e-12 || math.Abs(v[0]-0.00036) > 1e-12 {
		t.Errorf("moments %v, %v; want 0.1·0.6 and 0.001·0.36", m[0], v[0])
	}
}
