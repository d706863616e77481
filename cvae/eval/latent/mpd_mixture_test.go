package latent

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// MPD ≥ I_q [song] for the exact information of a mixture of several posteriors
// in one dimension, integrated numerically. It follows from Jensen's inequality:
// KL(q_i ‖ Σ_j q_j/N) ≤ Σ_j KL(q_i ‖ q_j)/N, whose mean over i is MPD·(N−1)/N.
func TestMPDExceedsInformationOfMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "n")
		mean := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "mean")
		std := rapid.SliceOfN(rapid.Float64Range(.2, 2), n, n).Draw(t, "std")
		mpd, err := MPD(mean, std, 1)
		if err != nil {
			t.Fatal(err)
		}
		share := float64(n-1) / float64(n)
		if mi := informationOfMany(mean, std); mpd*share < mi-1e-6 {
			t.Fatalf("MPD %v times %v is below the information %v", mpd, share, mi)
		}
	})
}

// informationOfMany is 1/N Σ_i ∫ q_i ln(q_i/q) with q = 1/N Σ_j q_j.
func informationOfMany(mean, std []float64) (sum float64) {
	const step = 0.02 // a tenth of the narrowest deviation
	n := float64(len(mean))
	for x := -20.0; x < 20; x += step {
		densities, total := make([]float64, len(mean)), 0.0
		for i := range mean {
			e := (x - mean[i]) / std[i]
			densities[i] = math.Exp(-e*e/2) / (std[i] * math.Sqrt(2*math.Pi))
			total += densities[i]
		}
		for _, p := range densities {
			if p > 0 {
				sum += step / n * p * math.Log(n*p/total)
			}
		}
	}
	return sum
}
