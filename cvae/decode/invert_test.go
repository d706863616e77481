package decode

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// TestInvert compares with the plain running sum. Weights are whole numbers,
// whose sums are exact in any order.
func TestInvert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float32 { return float32(rapid.IntRange(0, 3).Draw(t, "weight")) }), 1, 1100).Draw(t, "weights")
		total := 0.0
		for _, w := range weights {
			total += float64(w)
		}
		if total == 0 {
			return
		}
		share := float64(rapid.IntRange(0, 1<<20-1).Draw(t, "share")) / (1 << 20)
		want, held := 0, float64(weights[0])
		for held <= share*total {
			want++
			held += float64(weights[want])
		}
		if got := invert(weights, share); int(got) != want {
			t.Fatalf("%g of %g falls on %d, want %d", share, total, got, want)
		}
	})
}

// TestTeam decodes with several workers: the same tokens as alone.
func TestTeam(t *testing.T) {
	team, err := kernel.NewTeam(3, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	c := probabilities([]float64{.4, .3, .2, .1}, []float64{.1, .3, .2, .4}, []float64{.25, .25, .25, .25}, []float64{.1, .2, .3, .4})
	for _, o := range []dialog.Sampling{{N: 40, TopP: 1}, {N: 40, TopP: 1, Temperature: 1}, {N: 40, Temperature: .7, TopK: 3, TopP: .9}} {
		alone := decode(t, copies(c, 40), Options{MaxTokens: 6, Sampling: o})
		together, err := Decode(context.Background(), copies(c, 40), len(c), Options{MaxTokens: 6, Sampling: o, Team: team}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(alone, together); diff != "" {
			t.Error(diff)
		}
	}
}
