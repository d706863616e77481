package latent

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/cvae-go/cvae/dialog/rng"
	"pgregory.net/rapid"
)

// The wanted numbers come from an independent simulation with one entropy in
// closed form, whose expectation is the same, one set of 1,000 rows each. One
// such set has a standard deviation of √(32/2/1000) ≈ 0.13, the mean of five
// that is taken here less, so the two differ by 0.14; the tolerance is twice
// that. That the estimator is exact is shown by TestInformationEqualsTheEquation.
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
			mi, _, err := Information(t.Context(), mean, std, z, d, c.group, 2)
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
func naiveInformation(mean, std, z []float64, d, group int) (mi, stdErr float64) {
	n := len(mean) / d
	var terms []float64
	for i := range n {
		lo := i / group * group
		hi := min(lo+group, n)
		var aggregate, own float64
		for j := lo; j < hi; j++ {
			density := 1.0
			for k := range d {
				s := std[j*d+k]
				x := (z[i*d+k] - mean[j*d+k]) / s
				density *= math.Exp(-x*x/2) / (s * math.Sqrt(2*math.Pi))
			}
			aggregate += density / float64(hi-lo)
			if j == i {
				own = density
			}
		}
		terms = append(terms, math.Log(own/aggregate))
		mi += terms[i] / float64(n)
	}
	for _, term := range terms {
		stdErr += (term - mi) * (term - mi) / float64(n*max(1, n-1))
	}
	return mi, math.Sqrt(stdErr)
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
		got, stdErr, err := Information(t.Context(), mean, std, z, d, group, threads)
		want, wantErr := naiveInformation(mean, std, z, d, group)
		if err != nil || math.Abs(got-want) > 1e-4 || math.Abs(stdErr-wantErr) > 1e-4 {
			t.Fatalf("Information = %v ± %v, %v; the equation gives %v ± %v", got, stdErr, err, want, wantErr)
		}
		if ceiling := InformationCeiling(min(group, n)); got > ceiling+1e-12 {
			t.Fatalf("Information = %v exceeds ln M = %v", got, ceiling)
		}
	})
}

// Equal posteriors give 0 whatever the draws are. The estimator of the papers'
// codes has a standard deviation of √(n/2N) there: 0.32 for 200 dimensions and
// 1,000 rows, above the threshold of a collapse.
func TestInformationOfNothingIsZero(t *testing.T) {
	const n, d = 1000, 200
	draw := rng.New(1, rng.Evaluate, 0, 0)
	mean, std, z := make([]float64, n*d), repeat(1, n*d), make([]float64, n*d)
	for i := range z {
		mean[i] = float64(i % d)
		z[i] = mean[i] + draw.Normal()
	}
	for _, group := range []int{n, 32} {
		got, stdErr, err := Information(t.Context(), mean, std, z, d, group, 2)
		if err != nil || math.Abs(got) > 1e-12 || stdErr > 1e-12 {
			t.Errorf("groups of %d: %v ± %v, %v, want 0", group, got, stdErr, err)
		}
	}
}

// The standard error is the deviation of estimates over sets of draws: the
// mean square of (estimate − mean) / stdErr over 40 sets is χ²(39)/39, within
// four deviations of 1.
func TestInformationStandardError(t *testing.T) {
	const n, d, sets = 400, 8, 40
	var estimates, errors [sets]float64
	for set := range sets {
		mean, std, z := posteriors(.6, .8, n, d, set)
		var err error
		if estimates[set], errors[set], err = Information(t.Context(), mean, std, z, d, n, 2); err != nil {
			t.Fatal(err)
		}
	}
	var mean, square float64
	for _, e := range estimates {
		mean += e / sets
	}
	for set, e := range estimates {
		square += (e - mean) * (e - mean) / (errors[set] * errors[set]) / (sets - 1)
	}
	if square < 1-4*math.Sqrt(2./39) || square > 1+4*math.Sqrt(2./39) {
		t.Errorf("the deviation of estimates is √%v of their standard error", square)
	}
}

// Far-apart posteriors reach the ceiling and identical ones give 0, in each
// group.
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
		got, _, err := Information(t.Context(), apart, std, z, d, group, 2)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "far apart", got, want, 1e-6)
		if got, _, err = Information(t.Context(), same, std, zSame, d, group, 2); err != nil {
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
	mi, _, err := Information(t.Context(), mean, std, z, d, n, 1)
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
		one, _, err := Information(t.Context(), mean, std, z, 7, group, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{0, 2, 3, 64, 1000} {
			if got, _, _ := Information(t.Context(), mean, std, z, 7, group, threads); got != one {
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
		if got, _, err := Information(t.Context(), c.mean, c.std, c.z, c.d, c.group, 2); err == nil {
			t.Errorf("%s: no error but %v", name, got)
		}
	}
}

func BenchmarkInformationFull(b *testing.B) {
	mean, std, z := posteriors(.6, 1, 7000, 32, 1)
	for b.Loop() {
		if _, _, err := Information(b.Context(), mean, std, z, 32, 7000, 2); err != nil {
			b.Fatal(err)
		}
	}
}

// Comparing two hundred thousand rows with each other would take minutes: it ends with
// the context.
func TestInformationEnds(t *testing.T) {
	const n = 200_000
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(enough) })
	mean, std := make([]float32, n), slices.Repeat([]float32{1}, n)
	if _, _, err := Information(ctx, mean, std, mean, 1, n, 2); !errors.Is(err, enough) {
		t.Errorf("of a vector: %v", err)
	}
	if _, err := InformationOfSteps(ctx, mean, std, mean, 1, alike(n/4, 4), 2); !errors.Is(err, enough) {
		t.Errorf("of steps: %v", err)
	}
	if _, stdErr := BootstrapMean(ctx, []float64{1, 2}, 10, 1); !math.IsNaN(stdErr) {
		t.Errorf("the error of a mean that was not drawn is %v", stdErr)
	}
}
