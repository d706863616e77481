package cvaetest

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Beta is the weight of the rate in the checks.
const Beta = 0.6

// coordinates is how many entries of every tensor are checked, besides one
// random direction.
const coordinates = 20

// draws are the random numbers of every run of a check.
var draws = cvae.Draws{Seed: 11, Purpose: rng.Posterior, Step: 4}

// Loss is the training objective of a result: distortion + beta·rate + side
// terms, averaged over the batch.
func Loss(r *cvae.Result, p cvae.Parts, beta float64) float64 {
	loss, n := r.Side, float64(len(r.Rec))
	for _, v := range r.Rec {
		loss += v / n
	}
	for _, v := range r.Charged {
		loss += beta * v / n
	}
	for _, v := range r.Bag {
		loss += p.Decoder.BagOfWords * v / n
	}
	return loss
}

// CheckGradients compares the gradient of every parameter tensor with central
// differences of the objective in float64: relative error below 1e-5, with an
// absolute floor of 1e-9.
func CheckGradients(t *testing.T, c cvae.Config, p cvae.Parts) {
	t.Helper()
	CheckGradientsAt(t, c, p, Beta)
}

// CheckGradientsAt is CheckGradients with the rate weighted by beta.
func CheckGradientsAt(t *testing.T, c cvae.Config, p cvae.Parts, beta float64) {
	t.Helper()
	m := New[float64](t, c, p, kernel.PureGo)
	g, err := m.TrainingGraph(Rows)
	if err != nil {
		t.Fatal(err)
	}
	b := Batch(c)
	run := func() *cvae.Result {
		r, err := g.Run(b, draws, beta)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	m.ZeroGrad(nn.Whole)
	run()
	grads := map[string][]float64{}
	for _, param := range m.Params() {
		grads[param.Name] = append([]float64(nil), param.Grad...)
	}
	loss := func() float64 {
		m.Changed()
		return Loss(run(), m.Parts, beta)
	}
	for i, param := range m.Params() {
		checkTensor(t, param, grads[param.Name], loss, i)
	}
}

func checkTensor(t *testing.T, p *nn.Param[float64], grad []float64, loss func() float64, key int) {
	t.Helper()
	draw := rng.New(5, rng.Bench, key, 0)
	direction := make([]float64, len(grad))
	for i := range direction {
		direction[i] = draw.Normal()
	}
	compare(t, p.Name+" in a random direction", p.Value, direction, loss, dot(grad, direction))
	for range coordinates {
		i := draw.IntN(len(grad))
		unit := make([]float64, len(grad))
		unit[i] = 1
		compare(t, p.Name, p.Value, unit, loss, grad[i])
	}
}

// slope is the derivative of loss along a direction, by the central difference
// of fourth order with step h.
func slope(value, direction []float64, loss func() float64, h float64) float64 {
	old := append([]float64(nil), value...)
	at := func(s float64) float64 {
		for i := range value {
			value[i] = old[i] + s*direction[i]
		}
		return loss()
	}
	d := (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
	copy(value, old)
	return d
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// compare takes a tenth of the step, twice, where the loss bends too much for the
// first or has a corner within it.
func compare(t *testing.T, what string, value, direction []float64, loss func() float64, analytic float64) {
	t.Helper()
	numeric := 0.0
	for _, h := range []float64{1e-3, 1e-4, 1e-5} {
		numeric = slope(value, direction, loss, h)
		if diff := math.Abs(numeric - analytic); diff <= 1e-9 || diff <= 1e-5*math.Max(math.Abs(numeric), math.Abs(analytic)) {
			return
		}
	}
	t.Errorf("%s: gradient %.12g, central difference %.12g", what, analytic, numeric)
}

// CheckSinglePrecision is CheckPrecision for a float32 model, to 1e-4.
func CheckSinglePrecision(t *testing.T, c cvae.Config, p cvae.Parts) {
	t.Helper()
	CheckPrecision(t, c, p, cvae.FP32, 1e-4)
}

// CheckPrecision compares the losses and gradients of a float32 model whose products
// are in a precision, on every kernel path, with those of the float64 model: relative
// error of every tensor, in the Euclidean norm, below a limit.
func CheckPrecision(t *testing.T, c cvae.Config, p cvae.Parts, precision cvae.Precision, limit float64) {
	t.Helper()
	b := Batch(c)
	want := New[float64](t, c, p, kernel.PureGo)
	loss := trainOnce(t, want, b)
	for _, path := range kernel.Paths() {
		got := New[float32](t, c, p, path)
		got.Team().Use(precision)
		if l := trainOnce(t, got, b); math.Abs(l-loss) > limit*math.Abs(loss) {
			t.Errorf("%s: loss %g, in float64 %g", path, l, loss)
		}
		for i, param := range got.Params() {
			if e := relativeError(param.Grad, want.Params()[i].Grad); e > limit {
				t.Errorf("%s: gradient of %s is off by %g", path, param.Name, e)
			}
		}
	}
}

func trainOnce[T cvae.Float](t *testing.T, m *cvae.Model[T], b *dialog.Batch) float64 {
	t.Helper()
	g, err := m.TrainingGraph(Rows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := g.Run(b, draws, Beta)
	if err != nil {
		t.Fatal(err)
	}
	return Loss(r, m.Parts, Beta)
}

// relativeError is ‖got−want‖/‖want‖, or ‖got‖ where want vanishes.
func relativeError(got []float32, want []float64) float64 {
	diff, norm := 0.0, 0.0
	for i := range got {
		d := float64(got[i]) - want[i]
		diff += d * d
		norm += want[i] * want[i]
	}
	if norm < 1e-18 {
		return math.Sqrt(diff)
	}
	return math.Sqrt(diff / norm)
}
