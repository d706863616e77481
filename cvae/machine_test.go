package cvae

import (
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/nn"
)

// sample is a graph of every kind of arithmetic over x (3,2), a row (2) and a
// number: a loss, and a matrix on the way to it.
func sample(x []float32) (g *G.ExprGraph, loss, matrix *G.Node, inputs G.Nodes) {
	g = G.NewGraph()
	a := nn.Arithmetic{Number: number[float32]}
	input := G.NewMatrix(g, G.Float32, G.WithName("x"), G.WithShape(3, 2), G.WithValue(tensor.New(tensor.WithShape(3, 2), tensor.WithBacking(x))))
	row := G.NewVector(g, G.Float32, G.WithName("row"), G.WithShape(2), G.WithValue(tensor.New(tensor.WithShape(2), tensor.WithBacking([]float32{0.7, 1.3}))))
	scale := G.NewScalar(g, G.Float32, G.WithName("scale"), G.WithValue(float32(0.5)))
	centred := a.SubRow(input, a.MeanColumns(input))
	wide := a.MulRow(a.AddRow(a.Exp(a.Scale(0.3, centred)), row), row)
	matrix = a.Div(wide, a.Sqrt(a.Shift(a.Square(centred), 2)))
	loss = a.Add(a.Mul(scale, a.Mean(a.SumRows(matrix))), a.Log(a.Mean(a.DivRow(matrix, row))))
	return g, loss, matrix, G.Nodes{input, row}
}

// TestMachine gives the bits of gorgonia's, in the first run and in those that
// write to the values of the run before.
func TestMachine(t *testing.T) {
	x := []float32{1, -2, 0.5, 3, -0.25, 1.5}
	g, loss, matrix, inputs := sample(x)
	gradients, err := G.Grad(loss, inputs...)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(g, append(G.Nodes{loss, matrix}, gradients...)...)
	for run := range 3 {
		x[run]++
		if err := m.run(); err != nil {
			t.Fatal(err)
		}
		for i, want := range taped(t, slices.Clone(x)) {
			got, err := doubles[float32](m.value(i))
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("run %d, value %d: %v, want %v, %v", run, i, got, want, err)
			}
		}
	}
}

// taped is the loss, the matrix and the gradients by gorgonia's machine.
func taped(t *testing.T, x []float32) (all [][]float64) {
	t.Helper()
	g, loss, matrix, inputs := sample(x)
	var values [4]G.Value
	G.Read(loss, &values[0])
	G.Read(matrix, &values[1])
	_, err := G.Grad(loss, inputs...)
	if err == nil {
		err = G.NewTapeMachine(g, G.BindDualValues(inputs...)).RunAll()
	}
	for i, n := range inputs {
		if err == nil {
			values[2+i], err = n.Grad()
		}
	}
	for _, v := range values {
		if err != nil {
			t.Fatal(err)
		}
		var n []float64
		n, err = doubles[float32](v)
		all = append(all, n)
	}
	return all
}

// stumbling is an op that panics.
type stumbling struct{ G.Op }

func (stumbling) Do(...G.Value) (G.Value, error) { panic("stumbled") }

// TestMachineRecovers turns a panic of gorgonia's arithmetic into an error.
func TestMachineRecovers(t *testing.T) {
	m := machine{steps: []step{{op: stumbling{}}}}
	if err := m.run(); err == nil || err.Error() != "stumbled" {
		t.Errorf("the error is %v", err)
	}
}
