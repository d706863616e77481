package op

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gradientOf runs sum(weights·f(x)) and returns f(x) and the gradient by x.
func gradientOf(t *testing.T, f func(x *G.Node) (*G.Node, error), x, weights []float64, shape ...int) (value, grad []float64) {
	t.Helper()
	g := G.NewGraph()
	in := G.NewTensor(g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName("x"),
		G.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))))
	y, err := f(in)
	if err != nil {
		t.Fatal(err)
	}
	var read G.Value
	G.Read(y, &read)
	w := G.NewTensor(g, tensor.Float64, y.Dims(), G.WithShape(y.Shape()...), G.WithName("w"),
		G.WithValue(tensor.New(tensor.WithShape(y.Shape()...), tensor.WithBacking(weights))))
	loss, err := G.Sum(G.Must(G.HadamardProd(w, y)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := G.Grad(loss, in); err != nil {
		t.Fatal(err)
	}
	machine := G.NewTapeMachine(g, G.BindDualValues(in))
	defer machine.Close()
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	d, err := in.Grad()
	if err != nil {
		t.Fatal(err)
	}
	return read.Data().([]float64), d.Data().([]float64)
}

func equal(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if len(got) != len(want) || math.Abs(got[i]-want[i]) > 1e-12 {
			t.Fatalf("%s is %v, want %v", what, got, want)
		}
	}
}

// TestGather repeats rows; the gradient of a row is the sum over its copies.
func TestGather(t *testing.T) {
	gather := func(x *G.Node) (*G.Node, error) { return Gather(x, []int{2, 0, 2}) }
	value, grad := gradientOf(t, gather, []float64{1, 2, 3, 4, 5, 6}, []float64{10, 20, 30, 40, 50, 60}, 3, 2)
	equal(t, "the gathered matrix", value, []float64{5, 6, 1, 2, 5, 6})
	equal(t, "the gradient", grad, []float64{30, 40, 0, 0, 60, 80})
}

// TestLogSumExp by hand: ln(1+2+3) and, where e¹⁰⁰⁰ would overflow, 1000 + ln 3;
// the gradient is the share of each element.
func TestLogSumExp(t *testing.T) {
	sum := func(x *G.Node) (*G.Node, error) { return LogSumExp(x, 3) }
	x := []float64{0, math.Log(2), math.Log(3), 1000, 1000, 1000}
	value, grad := gradientOf(t, sum, x, []float64{6, 3}, 6)
	equal(t, "the sums", value, []float64{math.Log(6), 1000 + math.Log(3)})
	equal(t, "the gradient", grad, []float64{1, 2, 3, 1, 1, 1})
}

// TestAbove is a step without a gradient; the limit itself is not above.
func TestAbove(t *testing.T) {
	above := func(x *G.Node) (*G.Node, error) { return Above(x, 0.5) }
	value, grad := gradientOf(t, above, []float64{0.4, 0.5, 0.6, math.Inf(1)}, []float64{1, 2, 3, 4}, 4)
	equal(t, "the step", value, []float64{0, 0, 1, 1})
	equal(t, "the gradient", grad, []float64{0, 0, 0, 0})
}
