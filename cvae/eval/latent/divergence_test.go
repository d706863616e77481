package latent

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
	"pgregory.net/rapid"
)

// KL(N(0,1)‖N(1,4)) = ½(¼+¼−ln ¼−1) and back = ½(4+1−ln 4−1): the mean is .875.
// Averaging in the diagonal, as DU-VAE's code does, would give .4375.
func TestPosteriorDivergence(t *testing.T) {
	mpd, err := PosteriorDivergence([]float64{0, 1}, []float64{1, 2}, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "MPD", mpd[0], .875, 1e-12)
	mpd, err = PosteriorDivergence([]float32{3, -1, 3, -1, 3, -1}, []float32{.5, 2, .5, 2, .5, 2}, 2)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "identical posteriors", mpd[0]+mpd[1], 0, 1e-9)
}

// The sums must equal the double loop over pairs that they replace.
func TestPosteriorDivergenceEqualsAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		mean := rapid.SliceOfN(rapid.Float64Range(95, 105), n, n).Draw(t, "mean")
		logvar := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "logvar")
		std := make([]float64, n)
		for i := range std {
			std[i] = math.Exp(logvar[i] / 2)
		}
		var want float64
		for i := range n {
			for j := range n {
				want += KL(mean[i:i+1], logvar[i:i+1], mean[j:j+1], logvar[j:j+1])
			}
		}
		want /= float64(n * (n - 1))
		mpd, err := PosteriorDivergence(mean, std, 1)
		if err != nil || math.Abs(mpd[0]-want) > 1e-9*(1+want) {
			t.Fatalf("MPD = %v, %v; all pairs give %v", mpd, err, want)
		}
	})
}

// MPD = E[KL(q(z|x)‖q(z)) + KL(q(z)‖q(z|x))] ≥ I_q [song]; the slack 0.2 is
// noise of the draws.
func TestPosteriorDivergenceExceedsInformation(t *testing.T) {
	for _, spread := range []float64{0, .3, .6, 1.1} {
		mean, std, z := posteriors(spread, 1, 500, 16, 3)
		mpd, err := PosteriorDivergence(mean, std, 16)
		if err != nil {
			t.Fatal(err)
		}
		var sum float64
		for _, x := range mpd {
			sum += x
		}
		mi, _, err := Information(t.Context(), mean, std, z, 16, 500, 2)
		if err != nil || sum < mi-0.2 {
			t.Errorf("spread %v: MPD %v is below the information %v (%v)", spread, sum, mi, err)
		}
	}
}

func TestPosteriorDivergenceRefuses(t *testing.T) {
	for name, c := range map[string]struct{ mean, std []float64 }{
		"one row":      {[]float64{1}, []float64{1}},
		"zero std":     {[]float64{1, 2}, []float64{1, 0}},
		"NaN mean":     {[]float64{1, math.NaN()}, []float64{1, 1}},
		"shapes apart": {[]float64{1, 2}, []float64{1}},
	} {
		if _, err := PosteriorDivergence(c.mean, c.std, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// posteriors draws n posteriors with means N(0, spread²) and variance v in d
// dimensions, and one z from each.
func posteriors(spread, v float64, n, d, seed int) (mean, std, z []float32) {
	draw := rng.New(uint64(seed), rng.Evaluate, n, d)
	sigma := float32(math.Sqrt(v))
	for range n * d {
		mu := float32(spread * draw.Normal())
		mean, std = append(mean, mu), append(std, sigma)
		z = append(z, mu+sigma*float32(draw.Normal()))
	}
	return mean, std, z
}
