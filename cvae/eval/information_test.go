package eval

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestGrouped compares groups that arrive row by row with latent.Information
// of all rows at once, for full, short and single groups.
func TestGrouped(t *testing.T) {
	const d = 2
	for _, test := range []struct{ rows, size int }{{7, 3}, {6, 3}, {2, 5}, {4, 1}, {1, 4}} {
		var all cloud
		g := grouped{size: test.size, d: d}
		for i := range test.rows {
			draw := rng.New(1, rng.Bench, i, 0)
			mean, std, z := make([]float64, d), []float64{0.5, 1.5}, make([]float64, d)
			for k := range z {
				mean[k] = 2 * draw.Normal()
				z[k] = mean[k] + std[k]*draw.Normal()
			}
			all.add(mean, std, z)
			g.add(mean, std, z)
		}
		want, _, err := latent.Information(t.Context(), all.mean, all.std, all.z, d, test.size, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, ceiling := g.information()
		near(t, "information", got, want, 1e-12)
		near(t, "ceiling", ceiling, math.Log(float64(min(test.rows, test.size))), 0)
	}
}
