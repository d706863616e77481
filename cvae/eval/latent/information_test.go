package latent

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
	"pgregory.net/rapid"
)

// The wanted numbers come from an independent simulation of the same
// estimators, one set of 1,000 rows each. One set has a standard deviation of
// √(32/2/1000) ≈ 0.13, the mean of five that is taken here 0.06, so the two
// differ by 0.14; the tolerance is twice that. That the estimator is exact is
// shown by TestInformationEqualsTheEquation.
func TestInformationSimulation(t *testing.T) {
	const n, d, sets = 1000, 32, 5
	for _, c := range []struct {
		spread, variance float64
		group            int
		want             float64
	}{
		{.3, 1, 32, 1.23},
		{.6, 1, n, 4.37},
		{.6, 1, 32, 2.95},
		{1.1, 1, n, 6.66},
		{1.1, 1, 32, 3.44},
	} {
		var sum float64
		for set := range sets {
			mean, std, z := posteriors(c.spread, c.variance, n, d, set)
			mi, err := Information(mean, std, z, d, c.group, 2)
			if err != nil {
				t.Fatal(err)
			}
			sum += mi / sets
		}
		t.Logf("spread %v, groups of %d: %.3f", c.spread, c.group, sum)
		near(t, "information", sum, c.want, 0.28)
	}
}

// The formula written a second time, in float64, straight from the equation.
func naiveInformation(mean, std, z []float64, d, group int) float64 {
	n := len(mean) / d
	var sum float64
	for i := range n {
		lo := i / group * group
		hi := min(lo+group, n)
		var aggregate float64
		for j := lo; j < hi; j++ {
			density := 1.0
			for k := range d {
				s := std[j*d+k]
				x := (z[i*d+k] - mean[j*d+k]) / s
				density *= math.Exp(-x*x/2) / (s * math.Sqrt(2*math.Pi))
			}
			aggregate += density / float64(hi-lo)
		}
		for k := range d {
			sum -= 0.5 * (1 + math.Log(2*math.Pi) + 2*math.Log(std[i*d+k]))
		}
		sum -= math.Log(aggregate)
	}
	return sum / float64(n)
}

func TestInformationEqualsTheEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := rapid.IntRange(1, 4).Draw(t, "d"), rapid.IntRange(1, 23).Draw(t, "n")
		group := rapid.IntRange(1, n+3).Draw(t, "group")
		threads := rapid.IntRange(-1, 9).Draw(t, "threads")
		draw := rng.New(rapid.Uint64().Draw(t, "seed"), rng.Evaluate, 0, 0)
		var mean, std, z []float64
		for range n * d {
			mu, s := draw.Normal(), math.Exp(0.5*draw.Normal())
			mean, std, z = append(mean, mu), append(std, s), append(z, mu+s*draw.Normal())
		}
		got, err := Information(mean, std, z, d, group, threads)
		want := naiveInformation(mean, std, z, d, group)
		if err != nil || math.Abs(got-want) > 1e-4 {
			t.Fatalf("Information = %v, %v; the equation gives %v", got, err, want)
		}
		if ceiling := InformationCeiling(min(group, n)); got > ceiling+noise(z, mean, std, d)+1e-4 {
			t.Fatalf("Information = %v exceeds ln M = %v", got, ceiling)
		}
	})
}

// noise is mean_i ½Σ(ε²−1), what a draw adds because the formula takes the
// entropy in closed form: Information ≤ ln M + noise holds exactly.
func noise(z, mean, std []float64, d int) float64 {
	var sum float64
	for i := range z {
		e := (z[i] - mean[i]) / std[i]
		sum += 0.5 * (e*e - 1)
	}
	return sum / float64(len(z)/d)
}

// With draws at ε = ±1 the noise is zero: far-apart posteriors reach the
// ceiling and identical ones give 0, in each group.
func TestInformationExtremes(t *testing.T) {
	const n, d = 40, 2
	apart, same, std, z, zSame := make([]float64, n*d), make([]float64, n*d), repeat(1, n*d), make([]float64, n*d), make([]float64, n*d)
	for i := range apart {
		sign := float64(1 - 2*(i/d%2))
		apart[i] = float64(1000 * (i / d))
		z[i], zSame[i] = apart[i]+sign, sign
	}
	for _, group := range []int{32, n} {
		want := InformationCeiling(n)
		if group == 32 {
			want = (32*math.Log(32) + 8*math.Log(8)) / 40
		}
		got, err := Information(apart, std, z, d, group, 2)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "far apart", got, want, 1e-6)
		if got, err = Information(same, std, zSame, d, group, 2); err != nil {
			t.Fatal(err)
		}
		near(t, "identical", got, 0, 1e-6)
	}
	near(t, "ln 32", InformationCeiling(32), 3.4657, 5e-5)
	near(t, "ln 10000", InformationCeiling(10_000), 9.2103, 5e-5)
}

// E[estimate] ≤ I ≤ KL; the slack is three standard errors. Means N(0, .6²) and
// the variance .8 make the aggregate N(0, .36+.8), so I = d/2 ln(1.16/.8) in
// closed form.
func TestInformationStaysBelowKL(t *testing.T) {
	const n, d = 800, 8
	mean, std, z := posteriors(.6, .8, n, d, 1)
	var kl float64
	logvar := make([]float32, d)
	for k := range logvar {
		logvar[k] = float32(math.Log(.8))
	}
	for i := range n {
		kl += KL(mean[i*d:(i+1)*d], logvar, nil, nil) / n
	}
	exact, slack := d/2.*math.Log(1.16/.8), 3*math.Sqrt(d/2./n)
	mi, err := Information(mean, std, z, d, n, 1)
	if err != nil || mi > exact+slack || mi <= 0 {
		t.Errorf("Information = %v, %v, want one above 0 and at most I = %v", mi, err, exact)
	}
	if exact > kl+slack {
		t.Errorf("I = %v exceeds KL = %v", exact, kl)
	}
}

func TestInformationSameBitsForAnyThreads(t *testing.T) {
	mean, std, z := posteriors(.6, 1, 301, 7, 2)
	for _, group := range []int{301, 32} {
		one, err := Information(mean, std, z, 7, group, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{0, 2, 3, 64, 1000} {
			if got, _ := Information(mean, std, z, 7, group, threads); got != one {
				t.Errorf("%d threads give %v, one gives %v", threads, got, one)
			}
		}
	}
}

func TestInformationRefuses(t *testing.T) {
	ok := []float64{1, 2}
	for name, c := range map[string]struct {
		mean, std, z []float64
		d, group     int
	}{
		"no rows":        {nil, nil, nil, 1, 1},
		"no columns":     {ok, ok, ok, 0, 1},
		"no group":       {ok, ok, ok, 1, 0},
		"part of a row":  {[]float64{1, 2, 3}, []float64{1, 2, 3}, []float64{1, 2, 3}, 2, 1},
		"shapes apart":   {ok, ok, []float64{1}, 1, 1},
		"std zero":       {ok, []float64{1, 0}, ok, 1, 2},
		"std infinite":   {ok, []float64{1, math.Inf(1)}, ok, 1, 2},
		"mean NaN":       {[]float64{1, math.NaN()}, ok, ok, 1, 2},
		"draw NaN":       {ok, ok, []float64{1, math.NaN()}, 1, 2},
		"draw far away":  {ok, []float64{1e-30, 1e-30}, []float64{1e30, 1e30}, 1, 2},
		"mean too large": {[]float64{1e300, 1}, ok, ok, 1, 2},
	} {
		if got, err := Information(c.mean, c.std, c.z, c.d, c.group, 2); err == nil {
			t.Errorf("%s: no error but %v", name, got)
		}
	}
}

func BenchmarkInformationFull(b *testing.B) {
	mean, std, z := posteriors(.6, 1, 7000, 32, 1)
	for b.Loop() {
		if _, err := Information(mean, std, z, 32, 7000, 2); err != nil {
			b.Fatal(err)
		}
	}
}
