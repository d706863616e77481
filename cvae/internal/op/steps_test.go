package op

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// TestDelay moves the columns and their gradients back, by hand.
func TestDelay(t *testing.T) {
	for columns, want := range map[int][2][]float64{
		0: {{1, 2, 3, 4, 5, 6}, {10, 20, 30, 40, 50, 60}},
		1: {{0, 1, 2, 0, 4, 5}, {20, 30, 0, 50, 60, 0}},
		2: {{0, 0, 1, 0, 0, 4}, {30, 0, 0, 60, 0, 0}},
		3: {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}},
		9: {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}},
	} {
		delay := func(x *G.Node) (*G.Node, error) { return Delay(x, columns) }
		value, grad := gradientOf(t, delay, []float64{1, 2, 3, 4, 5, 6}, []float64{10, 20, 30, 40, 50, 60}, 2, 3)
		equal(t, "the delayed matrix", value, want[0])
		equal(t, "the gradient", grad, want[1])
	}
}

// TestReshape keeps the numbers, and the gradient of each.
func TestReshape(t *testing.T) {
	reshape := func(x *G.Node) (*G.Node, error) { return Reshape(x, 3) }
	value, grad := gradientOf(t, reshape, []float64{1, 2, 3, 4, 5, 6}, []float64{10, 20, 30, 40, 50, 60}, 2, 3)
	equal(t, "the matrix", value, []float64{1, 2, 3, 4, 5, 6})
	equal(t, "the gradient", grad, []float64{10, 20, 30, 40, 50, 60})
}
