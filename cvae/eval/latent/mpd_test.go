package latent

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// N(0,1) and N(1,4) have .875, worked out at TestPosteriorDivergence; means 2
// apart at variance 1 have ½·2² = 2. Dimensions add up.
func TestMPD(t *testing.T) {
	mpd, err := MPD([]float64{0, 5, 1, 7}, []float64{1, 1, 2, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "two dimensions", mpd, .875+2, 1e-12)
	if _, err := MPD([]float64{0}, []float64{1}, 1); err == nil {
		t.Error("one row: no error")
	}
}

// MPD ≥ I_q [song] for the exact information of a mixture of two posteriors in
// one dimension, integrated numerically.
func TestMPDExceedsInformation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.SliceOfN(rapid.Float64Range(-3, 3), 2, 2).Draw(t, "mean")
		std := rapid.SliceOfN(rapid.Float64Range(.2, 2), 2, 2).Draw(t, "std")
		mpd, err := MPD(mean, std, 1)
		if mi := mixtureInformation(mean, std); err != nil || mpd < mi-1e-6 {
			t.Fatalf("MPD %v is below the information %v (%v)", mpd, mi, err)
		}
	})
}

// mixtureInformation is ½ Σ_i ∫ q_i ln(q_i/q) with q = ½(q_1+q_2).
func mixtureInformation(mean, std []float64) (sum float64) {
	const step = 0.01
	for x := -20.0; x < 20; x += step {
		var q [2]float64
		for i := range q {
			e := (x - mean[i]) / std[i]
			q[i] = math.Exp(-e*e/2) / (std[i] * math.Sqrt(2*math.Pi))
		}
		for _, p := range q {
			if p > 0 {
				sum += step / 2 * p * math.Log(2*p/(q[0]+q[1]))
			}
		}
	}
	return sum
}
