package factors

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
)

// worked is the data of the worked example: codes of four dimensions, the last
// constant, and two factors of three values.
func worked(n, shift int) Data {
	d := Data{D: 4, Factors: make([][]int, 2)}
	for i := range n {
		a, b := (i*7+shift)%3, 0
		if (i*i+shift)%4 > 1 {
			b = 1
		}
		if i%5 == 0 {
			b++
		}
		x := float64(i)
		d.Codes = append(d.Codes, float64(a)+0.3*math.Sin(1.7*x+float64(shift)), 0.5*float64(b)-0.4*float64(a)+0.2*math.Cos(2.3*x), math.Sin(3.1*x+float64(shift)), 0.25)
		d.Factors[0], d.Factors[1] = append(d.Factors[0], a), append(d.Factors[1], b)
	}
	return d
}

// TestAgainstScikitLearn compares with mutual_info_score over numpy.digitize of
// the edges of numpy.histogram, LogisticRegression(C=1, tol=1e-10) on standardised
// codes and scipy.stats.entropy: scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6.
func TestAgainstScikitLearn(t *testing.T) {
	train, test := worked(120, 1), worked(90, 2)
	information, entropy, err := test.Information(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for j, row := range [][]float64{{1.09861228866811, 0.13219335046875746}, {0.6956766851851796, 0.2568120444853676}, {0.18227843041145522, 0.09548509331407568}, {0, 0}} {
		near(t, "information", information[j], row, 1e-12)
	}
	near(t, "entropy", entropy, []float64{1.0986122886681096, 0.5004024235381879}, 1e-12)
	near(t, "gaps", Gaps(information, entropy), []float64{0.36676779209472066, 0.2490369513709998}, 1e-12)
	near(t, "modularity", Modularity(information), []float64{0.9855212751528527, 0.8637250977615546, 0.7255895833460748, 0}, 1e-12)

	importance, accuracy, err := Importance(context.Background(), train, test, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for j, row := range [][]float64{{2.412283969663087, 1.3283170160454905}, {0.6091122082648318, 2.174645871319162}, {0.11152364332799798, 0.2204239594773271}, {0, 0}} {
		near(t, "importance", importance[j], row, 2e-5)
	}
	near(t, "accuracy", accuracy, []float64{0.9777777777777777, 0.8555555555555555}, 1e-12)
	scores, mean := Disentanglement(importance)
	near(t, "disentanglement", append(scores, mean), []float64{0.06145268764704703, 0.24201261381080763, 0.07909238388118323, math.NaN(), 0.1356166118706496}, 1e-5)
	scores, mean = Completeness(importance)
	near(t, "completeness", append(scores, mean), []float64{0.5394839619371561, 0.3874740811525037, 0.4634790215448299}, 1e-5)
}

func near(t *testing.T, what string, got, want []float64, within float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range got {
		if math.IsNaN(want[i]) != math.IsNaN(got[i]) || math.Abs(got[i]-want[i]) > within {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// drawn is n examples of three independent factors of 4, 3 and 2 values, with the
// codes that f makes of them and of noise.
func drawn(n, seed int, f func(v [3]float64, noise func() float64) []float64) Data {
	d := Data{Factors: make([][]int, 3)}
	for i := range n {
		draw := rng.New(uint64(seed), rng.Bench, 0, i)
		var v [3]float64
		for k, values := range []int{4, 3, 2} {
			value := draw.IntN(values)
			d.Factors[k], v[k] = append(d.Factors[k], value), float64(value)
		}
		row := f(v, draw.Normal)
		d.D, d.Codes = len(row), append(d.Codes, row...)
	}
	return d
}

var names = []string{"a", "b", "c"}

func measured(t *testing.T, f func(v [3]float64, noise func() float64) []float64) Report {
	t.Helper()
	train, test := drawn(3000, 1, f), drawn(2000, 2, f)
	active := make([]bool, test.D)
	for j := range active {
		active[j] = test.deviations()[j] > 0.01
	}
	r, err := Measure(context.Background(), names, train, test, active, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPerfectCodes: a dimension a factor and one that is constant. Every score is
// 1, but for what a regression with a penalty leaves and counting overestimates.
func TestPerfectCodes(t *testing.T) {
	r := measured(t, func(v [3]float64, _ func() float64) []float64 { return []float64{v[1], 0, v[2], v[0]} })
	for name, score := range map[string]Number{"z-diff": r.ZDiff, "z-min-var": r.ZMinVar, "mig": r.MIG, "modularity": r.Modularity * 4 / 3, // the constant one is 0
		"disentanglement": r.DCI.Disentanglement, "completeness": r.DCI.Completeness, "informativeness": r.DCI.Informativeness} {
		if score < 0.9 || score > 1+1e-12 {
			t.Errorf("%s of perfect codes is %v", name, score)
		}
	}
	if r.Active != 3 || r.Factors[0].Dimension != 3 || r.Factors[1].Dimension != 0 || r.Factors[2].Dimension != 2 {
		t.Errorf("the dimensions of %d active ones are %+v", r.Active, r.Factors)
	}
	if got := float64(r.Factors[0].Entropy); math.Abs(got-math.Log(4)) > 0.01 {
		t.Errorf("the entropy of four values is %v", got)
	}
}

// TestNoise knows nothing: votes are guesses, and information is what counting
// makes of 2000 examples.
func TestNoise(t *testing.T) {
	r := measured(t, func(_ [3]float64, noise func() float64) []float64 { return []float64{noise(), noise(), noise()} })
	for name, score := range map[string]Number{"z-diff": r.ZDiff, "z-min-var": r.ZMinVar} {
		if math.Abs(float64(score)-1.0/3) > 0.08 { // five standard errors of 1000 guesses
			t.Errorf("%s of noise is %v, chance is 1/3", name, score)
		}
	}
	if r.MIG > 0.02 {
		t.Errorf("the gap of noise is %v", r.MIG)
	}
	for _, f := range r.Factors {
		if f.Accuracy > f.Majority+0.05 || f.Information > 0.03 {
			t.Errorf("%s is read off noise: %+v", f.Name, f)
		}
	}
}

// TestMixedCodes: turned codes hold all factors, and no dimension stands for one.
func TestMixedCodes(t *testing.T) {
	straight := measured(t, func(v [3]float64, noise func() float64) []float64 {
		return []float64{v[0] + 0.1*noise(), v[1] + 0.1*noise(), 2*v[2] + 0.1*noise()}
	})
	turned := measured(t, func(v [3]float64, noise func() float64) []float64 {
		a, b, c := v[0]+0.1*noise(), v[1]+0.1*noise(), 2*v[2]+0.1*noise()
		return []float64{a + b + c, a - b + 0.5*c, 0.7*a + 0.4*b - c}
	})
	for name, pair := range map[string][2]Number{"mig": {straight.MIG, turned.MIG}, "disentanglement": {straight.DCI.Disentanglement, turned.DCI.Disentanglement},
		"modularity": {straight.Modularity, turned.Modularity}, "completeness": {straight.DCI.Completeness, turned.DCI.Completeness}} {
		if pair[1] > pair[0]-0.2 {
			t.Errorf("%s is %v straight and %v turned", name, pair[0], pair[1])
		}
	}
	if turned.DCI.Informativeness < straight.DCI.Informativeness-0.25 {
		t.Errorf("turned codes lost what they hold: %v and %v", straight.DCI.Informativeness, turned.DCI.Informativeness)
	}
}

// TestNobodyActive: z-min-var has nothing to vote with, and says so.
func TestNobodyActive(t *testing.T) {
	d := drawn(50, 1, func([3]float64, func() float64) []float64 { return []float64{0.5, 0.5} })
	r, err := Measure(context.Background(), names, d, d, []bool{true, true}, 1, nil)
	if err != nil || r.ZMinVar.Known() || r.MIG != 0 || r.DCI.Disentanglement.Known() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestBadData is refused with what is wrong.
func TestBadData(t *testing.T) {
	good := worked(10, 1)
	for want, bad := range map[string]Data{
		"at least two are needed": {D: 4, Codes: good.Codes[:4], Factors: [][]int{{0}, {0}}},
		"are not test codes":      {D: 4, Codes: good.Codes[:9], Factors: good.Factors},
		"no factors":              {D: 4, Codes: good.Codes},
		"has 9 values":            {D: 4, Codes: good.Codes, Factors: [][]int{good.Factors[0], good.Factors[1][:9]}},
		"count from 0":            {D: 4, Codes: good.Codes, Factors: [][]int{good.Factors[0], {0, 0, 0, -1, 0, 0, 0, 0, 0, 0}}},
		"diverged":                {D: 1, Codes: []float64{1, math.NaN()}, Factors: [][]int{{0, 1}, {1, 0}}},
		"different codes":         {D: 2, Codes: good.Codes[:20], Factors: good.Factors},
	} {
		if _, err := Measure(context.Background(), names[:2], good, bad, make([]bool, bad.D), 1, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// TestMeasureEnds: one who asks to stop while the classifiers are trained is not kept
// waiting for the others.
func TestMeasureEnds(t *testing.T) {
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	begun, d := 0, worked(120, 1)
	_, err := Measure(ctx, names[:2], d, d, []bool{true, true, true, true}, 1, func(done, total int) {
		if begun++; done != 0 || total != 2 {
			t.Errorf("%d of %d done", done, total)
		}
		cancel(enough)
	})
	if !errors.Is(err, enough) || begun != 1 {
		t.Errorf("after %d classifiers: %v", begun, err)
	}
	if _, _, err := d.Information(ctx); !errors.Is(err, enough) {
		t.Errorf("counting: %v", err)
	}
}
