package latent

import (
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
	"pgregory.net/rapid"
)

// linearGaussian is the model z ~ N(0,prior²), x|z ~ N(wz, noise²), whose
// likelihood and posterior are known exactly.
type linearGaussian struct{ w, noise, prior float64 }

// nll is −ln N(x; 0, w²prior² + noise²).
func (g linearGaussian) nll(x float64) float64 {
	v := g.w*g.w*g.prior*g.prior + g.noise*g.noise
	return 0.5 * (math.Log(2*math.Pi*v) + x*x/v)
}

// posterior returns mean and variance of p(z|x).
func (g linearGaussian) posterior(x float64) (mean, variance float64) {
	variance = 1 / (1/(g.prior*g.prior) + g.w*g.w/(g.noise*g.noise))
	return variance * g.w * x / (g.noise * g.noise), variance
}

// logWeight is ln p(x|z) + ln p(z) − ln q(z) for q = N(mean, variance).
func (g linearGaussian) logWeight(x, z, mean, variance float64) float64 {
	one := func(v float64) []float64 { return []float64{v} }
	return LogDensity(one(x), one(g.w*z), one(2*math.Log(g.noise))) +
		LogDensity(one(z), nil, one(2*math.Log(g.prior))) -
		LogDensity(one(z), one(mean), one(math.Log(variance)))
}

// logWeights draws k weights for each x with q(z|x) off by `shift` standard
// deviations and `widen` times as wide as the true posterior.
func (g linearGaussian) logWeights(xs []float64, k int, shift, widen float64) []float64 {
	return g.weigh(xs, k, func(x float64) (float64, float64) {
		mean, v := g.posterior(x)
		return mean + shift*math.Sqrt(v), v * widen * widen
	})
}

// weigh draws k weights for each x with the mean and variance of proposal(x).
func (g linearGaussian) weigh(xs []float64, k int, proposal func(x float64) (mean, variance float64)) (lw []float64) {
	for i, x := range xs {
		draw := rng.New(7, rng.Evaluate, k, i)
		mean, v := proposal(x)
		for range k {
			z := mean + math.Sqrt(v)*draw.Normal()
			lw = append(lw, g.logWeight(x, z, mean, v))
		}
	}
	return lw
}

// data draws n values of x from the model.
func (g linearGaussian) data(n int) (xs []float64) {
	draw := rng.New(8, rng.Evaluate, 0, 0)
	for range n {
		xs = append(xs, g.w*g.prior*draw.Normal()+g.noise*draw.Normal())
	}
	return xs
}

func importanceNLL(t *testing.T, lw []float64, k int) []float64 {
	t.Helper()
	nll, err := ImportanceNLL(lw, k)
	if err != nil {
		t.Fatal(err)
	}
	return nll
}

// A poor q: the estimate falls with K from the ELBO towards the exact NLL and
// does not pass it by more than noise.
func TestImportanceNLLFallsToTheExactAnswer(t *testing.T) {
	g := linearGaussian{w: 1.5, noise: .7, prior: 1}
	xs := g.data(2000)
	var exact float64
	for _, x := range xs {
		exact += g.nll(x) / float64(len(xs))
	}
	// KL(q‖p(z|x)) for shift .6 and width 1.4 is the gap of K = 1.
	gap := KL([]float64{.6}, []float64{2 * math.Log(1.4)}, nil, nil)
	last := math.Inf(1)
	for _, k := range []int{1, 2, 5, 20, 100} {
		mean, stdErr := BootstrapMean(t.Context(), importanceNLL(t, g.logWeights(xs, k, .6, 1.4), k), 50, 1)
		t.Logf("K = %d: %.4f ± %.4f, exact %.4f", k, mean, stdErr, exact)
		if k == 1 {
			near(t, "NLL at K = 1", mean, exact+gap, 0.06)
		}
		if mean >= last {
			t.Errorf("NLL at K = %d is %v, above %v of a smaller K", k, mean, last)
		}
		last = mean
	}
	near(t, "NLL at K = 100", last, exact, 0.01)
}

// If q is the true posterior every weight is p(x), for any draw and any K.
func TestImportanceNLLTruePosterior(t *testing.T) {
	g := linearGaussian{w: 1.5, noise: .7, prior: 1.2}
	xs := g.data(20)
	for _, k := range []int{1, 3, 10} {
		for i, nll := range importanceNLL(t, g.logWeights(xs, k, 0, 1), k) {
			near(t, "NLL", nll, g.nll(xs[i]), 1e-12)
		}
	}
}

// K = 1 is −ELBO of one draw: −ln p(x|z) + (ln q − ln p).
func TestImportanceNLLOfOneSampleIsTheELBO(t *testing.T) {
	lw := []float64{-3.5, 2, -700}
	if got := importanceNLL(t, lw, 1); !slices.Equal(got, []float64{3.5, -2, 700}) {
		t.Errorf("NLL = %v", got)
	}
}

// By Jensen's inequality the NLL is at most the mean of −ln w, and at least
// −max ln w; adding a constant to the weights subtracts it.
func TestImportanceNLLBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lw := rapid.SliceOfN(rapid.Float64Range(-900, 900), 1, 20).Draw(t, "log-weights")
		k := len(lw)
		nll, err := ImportanceNLL(lw, k)
		if err != nil || len(nll) != 1 {
			t.Fatal(nll, err)
		}
		var mean float64
		for _, x := range lw {
			mean += x / float64(k)
		}
		if nll[0] > -mean+1e-9 || nll[0] < -slices.Max(lw)-1e-9 {
			t.Fatalf("NLL %v outside [%v, %v]", nll[0], -slices.Max(lw), -mean)
		}
	})
}

func TestImportanceNLLEdges(t *testing.T) {
	near(t, "two equal weights", importanceNLL(t, []float64{-5, -5}, 2)[0], 5, 1e-12)
	near(t, "one dead weight", importanceNLL(t, []float64{-5, math.Inf(-1)}, 2)[0], 5+math.Ln2, 1e-12)
	if got := importanceNLL(t, []float64{math.Inf(-1), math.Inf(-1)}, 2)[0]; !math.IsInf(got, 1) {
		t.Errorf("no weight gives NLL %v, want +Inf", got)
	}
	if got := importanceNLL(t, []float64{1, math.NaN()}, 2)[0]; !math.IsNaN(got) {
		t.Errorf("a NaN weight gives NLL %v, want NaN", got)
	}
	for _, k := range []int{0, -1, 2} {
		if _, err := ImportanceNLL([]float64{1, 2, 3}, k); err == nil {
			t.Errorf("K = %d: no error", k)
		}
	}
	if _, err := ImportanceNLL(nil, 1); err == nil {
		t.Error("no examples: no error")
	}
}

// The bootstrap of N values estimates √(population variance/N). For 0…99 that
// is √(833.25/100) = 2.8866; 2,000 resamples leave 1.6 % of noise.
func TestBootstrapMean(t *testing.T) {
	values := make([]float64, 100)
	for i := range values {
		values[i] = float64(i)
	}
	mean, stdErr := BootstrapMean(t.Context(), values, 2000, 3)
	near(t, "mean", mean, 49.5, 1e-12)
	near(t, "standard error", stdErr, 2.8866, 0.15)
	if _, again := BootstrapMean(t.Context(), values, 2000, 3); again != stdErr {
		t.Error("one seed gives two errors")
	}
	if _, other := BootstrapMean(t.Context(), values, 2000, 4); other == stdErr {
		t.Error("two seeds give one error")
	}
	if mean, stdErr = BootstrapMean(t.Context(), []float64{4}, 100, 1); mean != 4 || !math.IsNaN(stdErr) {
		t.Errorf("one value gives %v ± %v, want 4 ± NaN", mean, stdErr)
	}
	if mean, stdErr = BootstrapMean(t.Context(), nil, 100, 1); !math.IsNaN(mean) || !math.IsNaN(stdErr) {
		t.Errorf("no value gives %v ± %v, want NaN", mean, stdErr)
	}
}
