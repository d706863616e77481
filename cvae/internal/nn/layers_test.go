package nn

import (
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestArithmetic computes every operation on numbers that are easy to check.
func TestArithmetic(t *testing.T) {
	a := &Arithmetic{Number: func(v float64) any { return v }}
	g := G.NewGraph()
	x := input(g, "x", []float64{1, 4, 9, 16}, 2, 2)
	y := input(g, "y", []float64{1, 2, 3, 4}, 2, 2)
	v := input(g, "v", []float64{1, 2}, 2)
	results := map[string]struct {
		node *G.Node
		want []float64
	}{
		"add": {a.Add(x, y), []float64{2, 6, 12, 20}}, "sub": {a.Sub(x, y), []float64{0, 2, 6, 12}},
		"mul": {a.Mul(x, y), []float64{1, 8, 27, 64}}, "div": {a.Div(x, y), []float64{1, 2, 3, 4}},
		"shift": {a.Shift(x, -1), []float64{0, 3, 8, 15}}, "scale": {a.Scale(2, x), []float64{2, 8, 18, 32}},
		"sqrt": {a.Sqrt(x), []float64{1, 2, 3, 4}}, "square": {a.Square(y), []float64{1, 4, 9, 16}},
		"exp": {a.Exp(a.Log(x)), []float64{1, 4, 9, 16}}, "log": {a.Log(a.Div(x, x)), []float64{0, 0, 0, 0}},
		"sum of rows": {a.SumRows(x), []float64{5, 25}}, "mean of columns": {a.MeanColumns(x), []float64{5, 10}},
		"mean": {a.Mean(x), []float64{7.5}}, "row add": {a.AddRow(x, v), []float64{2, 6, 10, 18}},
		"row sub": {a.SubRow(x, v), []float64{0, 2, 8, 14}}, "row mul": {a.MulRow(x, v), []float64{1, 8, 9, 32}},
		"row div": {a.DivRow(x, v), []float64{1, 2, 9, 8}},
	}
	if a.Err() != nil {
		t.Fatal(a.Err())
	}
	values := map[string]*G.Value{}
	for name, r := range results {
		values[name] = new(G.Value)
		G.Read(r.node, values[name])
	}
	if err := G.NewTapeMachine(g).RunAll(); err != nil {
		t.Fatal(err)
	}
	for name, r := range results {
		got, ok := (*values[name]).Data().([]float64)
		if !ok {
			got = []float64{(*values[name]).Data().(float64)}
		}
		for i, want := range r.want {
			if math.Abs(got[i]-want) > 1e-12 {
				t.Errorf("%s: %v, want %v", name, got, r.want)
				break
			}
		}
	}
}

func input(g *G.ExprGraph, name string, values []float64, shape ...int) *G.Node {
	v := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	return G.NewTensor(g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(v))
}

// TestArithmeticKeepsTheFirstError and builds nothing after it.
func TestArithmeticKeepsTheFirstError(t *testing.T) {
	a := &Arithmetic{Number: func(v float64) any { return v }}
	g := G.NewGraph()
	x, v := input(g, "x", make([]float64, 4), 2, 2), input(g, "v", make([]float64, 3), 3)
	if n := a.Mul(x, v); n != nil || a.Err() == nil || !strings.Contains(a.Err().Error(), "building ·") {
		t.Fatalf("%v, %v", n, a.Err())
	}
	first := a.Err()
	for name, n := range map[string]*G.Node{
		"exp": a.Exp(x), "add": a.Add(nil, x), "scale": a.Scale(2, nil), "rows": a.SumRows(nil), "row": a.AddRow(x, x),
		"mean": a.Mean(nil), "try": a.Try(nil, errSecond{}), "shift": a.Shift(x, 1),
	} {
		if n != nil {
			t.Errorf("%s builds after an error", name)
		}
	}
	if a.Err() != first {
		t.Errorf("the first error is lost: %v", a.Err())
	}
}

type errSecond struct{}

func (errSecond) Error() string { return "second" }
