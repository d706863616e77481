package op

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

func newTeam(t *testing.T, threads int) *kernel.Team {
	t.Helper()
	team, err := kernel.NewTeam(threads, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	return team
}

// fill gives a matrix values of no pattern.
func fill(m []float64, seed int) {
	for i := range m {
		m[i] = float64((i*i+3*i+seed*7)%13)/13 - 0.4
	}
}

func newWeight(rows, cols, seed int) *Weight[float64] {
	w := NewWeight[float64](rows, cols, false)
	fill(w.Value, seed)
	return w
}

// TestEmbeddingGradient adds up repeated words, lists the rows it touched once
// each in order of first use, and clears those alone.
func TestEmbeddingGradient(t *testing.T) {
	team, w := newTeam(t, 2), NewWeight[float64](6, 2, true)
	w.scatter(team, []int32{4, 1, 4}, []float64{1, 2, 10, 20, 100, 200})
	w.scatter(team, []int32{1, 0}, []float64{1000, 2000, 5, 6})
	want := []float64{5, 6, 1010, 2020, 0, 0, 0, 0, 101, 202, 0, 0}
	if !slices.Equal(w.Grad, want) || !slices.Equal(w.Touched, []int32{4, 1, 0}) {
		t.Errorf("gradient %v, touched %v", w.Grad, w.Touched)
	}
	w.Grad[7] = 1 // a row that no gradient touched is not looked at
	w.ZeroGrad()
	if want := []float64{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}; !slices.Equal(w.Grad, want) || len(w.Touched) != 0 {
		t.Errorf("after ZeroGrad: %v, touched %v", w.Grad, w.Touched)
	}
	w.scatter(team, []int32{4}, []float64{1, 1})
	if !slices.Equal(w.Touched, []int32{4}) {
		t.Errorf("touched %v after clearing", w.Touched)
	}
}

// TestDenseZeroGrad clears everything.
func TestDenseZeroGrad(t *testing.T) {
	w := NewWeight[float32](2, 2, false)
	w.Grad[3] = 1
	if w.ZeroGrad(); !slices.Equal(w.Grad, make([]float32, 4)) {
		t.Errorf("gradient %v", w.Grad)
	}
}

// TestWeightProducts are y = x·Wᵀ, dx = dy·W and dW = dyᵀ·x by their
// definitions, and the packed copies follow Changed.
func TestWeightProducts(t *testing.T) {
	const rows, m, n = 5, 4, 3
	team, w := newTeam(t, 2), newWeight(m, n, 1)
	x, y, dx := make([]float64, rows*n), make([]float64, rows*m), make([]float64, rows*n)
	fill(x, 2)
	for range 2 { // the second time with other values
		clear(y)
		product(team, rows, x, w, kernel.Itself[float64](), y)
		inputGradient(team, rows, y, w, kernel.Base[float64]{}, dx)
		w.ZeroGrad()
		weightGradient(team, rows, y, x, w)
		weightGradient(team, rows, y, x, w) // accumulates
		for r := range rows {
			for i := range m {
				sum := 0.0
				for j := range n {
					sum += x[r*n+j] * w.Value[i*n+j]
				}
				close(t, "y", y[r*m+i], sum)
			}
			for j := range n {
				sum := 0.0
				for i := range m {
					sum += y[r*m+i] * w.Value[i*n+j]
				}
				close(t, "dx", dx[r*n+j], sum)
			}
		}
		for i := range m {
			for j := range n {
				sum := 0.0
				for r := range rows {
					sum += 2 * y[r*m+i] * x[r*n+j]
				}
				close(t, "dW", w.Grad[i*n+j], sum)
			}
		}
		fill(w.Value, 5)
		w.Changed()
	}
}

func close(t *testing.T, what string, got, want float64) {
	t.Helper()
	if d := got - want; d > 1e-12 || d < -1e-12 {
		t.Fatalf("%s is %v, want %v", what, got, want)
	}
}
