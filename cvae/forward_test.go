package cvae

import (
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
)

// TestGaussian is an affine map of tanh of an affine map, worked out by hand, and
// without a hidden layer an affine map of all inputs.
func TestGaussian(t *testing.T) {
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	x, y := []float64{0.3, -0.2}, []float64{0.7}
	for _, hidden := range []int{0, 4} {
		s := &nn.Store[float64]{Seed: 2}
		h := nn.Maker[float64]{Store: s, Group: nn.Whole}.Head("head", hidden, 2, true, 2, 1)
		if err := s.Err(); err != nil {
			t.Fatal(err)
		}
		mean, logvar := gaussian(numbers[float64]{team: team, n: 1}, h, x, y)
		features, weights := slices.Concat(x, y), []*op.Affine[float64]{h.Mean, h.LogVar}
		if hidden > 0 {
			features = affine(h.Hidden, features)
			for i, v := range features {
				features[i] = math.Tanh(v)
			}
		}
		for k, got := range [][]float64{mean, logvar} {
			for i, want := range affine(weights[k], features) {
				if math.Abs(got[i]-want) > 1e-12 {
					t.Errorf("hidden %d, output %d: %v, want %v", hidden, k, got[i], want)
				}
			}
		}
	}
}

// affine is W·x + b with the inputs side by side.
func affine(a *op.Affine[float64], x []float64) []float64 {
	out := append([]float64(nil), a.Bias.Value...)
	for _, w := range a.Weights {
		for i := range out {
			for j := range w.Cols {
				out[i] += w.Value[i*w.Cols+j] * x[j]
			}
		}
		x = x[w.Cols:]
	}
	return out
}
