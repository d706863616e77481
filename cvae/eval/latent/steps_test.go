package latent

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// sequences is n posteriors of T steps of d numbers with draws, with means of a
// standard deviation and a variance of 1; step t is only in the first rows.
func sequences(n, steps, d int, spread float64, lengths []int) (mean, std, z []float64) {
	draw := rand.New(rand.NewPCG(3, 5))
	for i := range n {
		for k := range steps * d {
			m, noise := spread*draw.NormFloat64(), draw.NormFloat64()
			if k/d >= lengths[i] {
				m, noise = math.NaN(), 0 // nobody may look
			}
			mean, std, z = append(mean, m), append(std, 1), append(z, m+noise)
		}
	}
	return mean, std, z
}

func alike(n, length int) []int { return slices.Repeat([]int{length}, n) }

// A step of means N(0,v) and variance 1 has ½ln(1+v) nats a number, in closed form, and
// steps of their own add up. v = 0.25, two steps of two numbers: 0.4463 nats.
func TestInformationOfSteps(t *testing.T) {
	const n = 3000
	mean, std, z := sequences(n, 2, 2, 0.5, alike(n, 2))
	got, err := InformationOfSteps(t.Context(), mean, std, z, 2, alike(n, 2), 2)
	if err != nil {
		t.Fatal(err)
	}
	step := math.Log(1.25)
	if len(got.PerStep) != 2 || math.Abs(got.PerStep[0]-step) > 0.05 || math.Abs(got.PerStep[1]-step) > 0.05 {
		t.Errorf("steps %v, want %v each", got.PerStep, step)
	}
	if math.Abs(got.Sum-2*step) > 4*got.StdErr || !(got.StdErr > 0 && got.StdErr < 0.03) {
		t.Errorf("%v ± %v nats, want %v", got.Sum, got.StdErr, 2*step)
	}
	if want := 2 * math.Log(n); math.Abs(got.Ceiling-want) > 1e-9 {
		t.Errorf("ceiling %v, want %v", got.Ceiling, want)
	}
}

// Of one step all is as Information has it, and equal posteriors give exactly 0
// in every step, whatever they cost.
func TestInformationOfOneStep(t *testing.T) {
	mean, std, z := sequences(200, 1, 3, 0.7, alike(200, 1))
	got, err := InformationOfSteps(t.Context(), mean, std, z, 3, alike(200, 1), 1)
	mi, stdErr, err2 := Information(t.Context(), mean, std, z, 3, 200, 1)
	if err != nil || err2 != nil || got.Sum != mi || got.StdErr != stdErr || got.PerStep[0] != mi || got.Ceiling != InformationCeiling(200) {
		t.Errorf("%+v, %v; a vector has %v ± %v, %v", got, err, mi, stdErr, err2)
	}
	mean, std, z = sequences(200, 4, 2, 0, alike(200, 4))
	for i := range std {
		std[i], mean[i], z[i] = 0.8, 3, z[i]+3
	}
	if got, err := InformationOfSteps(t.Context(), mean, std, z, 2, alike(200, 4), 1); err != nil || math.Abs(got.Sum) > 1e-6 {
		t.Errorf("of equal posteriors %+v, %v", got, err)
	}
}

// Steps that say the same add up to more than all of them say together, which the
// estimate of the whole vector shows; the largest step is no more than the whole.
func TestStepsSayTheSame(t *testing.T) {
	const n = 1500
	draw := rand.New(rand.NewPCG(8, 1))
	var mean, std, z []float64
	for range n {
		m := draw.NormFloat64()
		for range 3 {
			mean, std, z = append(mean, m), append(std, 0.5), append(z, m+0.5*draw.NormFloat64())
		}
	}
	steps, err := InformationOfSteps(t.Context(), mean, std, z, 1, alike(n, 3), 1)
	whole, _, err2 := Information(t.Context(), mean, std, z, 3, n, 1)
	// In closed form ½ln(1+4) a step, and ½ln(1+12) of three draws of one number.
	if err != nil || err2 != nil || math.Abs(steps.Sum-1.5*math.Log(5)) > 0.15 || math.Abs(whole-0.5*math.Log(13)) > 0.1 {
		t.Errorf("steps %+v, %v; the whole %v, %v", steps, err, whole, err2)
	}
	if !(steps.Sum > whole && slices.Max(steps.PerStep) < whole) {
		t.Errorf("steps %v of %v, the whole %v", steps.PerStep, steps.Sum, whole)
	}
}

// Responses of fewer words have no say in the later steps: theirs are NaN here. The sum
// weighs a step by the responses that have it.
func TestStepsOfUnequalLengths(t *testing.T) {
	lengths := slices.Concat(alike(300, 1), alike(100, 3))
	mean, std, z := sequences(400, 3, 2, 1, lengths)
	got, err := InformationOfSteps(t.Context(), mean, std, z, 2, lengths, 1)
	if err != nil || len(got.PerStep) != 3 {
		t.Fatal(got, err)
	}
	if want := got.PerStep[0] + (got.PerStep[1]+got.PerStep[2])/4; math.Abs(got.Sum-want) > 1e-9 {
		t.Errorf("the sum is %v, want %v", got.Sum, want)
	}
	if want := math.Log(400) + math.Log(100)/2; math.Abs(got.Ceiling-want) > 1e-9 {
		t.Errorf("ceiling %v, want %v", got.Ceiling, want)
	}
	for _, threads := range []int{2, 5} {
		if again, err := InformationOfSteps(t.Context(), mean, std, z, 2, lengths, threads); err != nil || !slices.Equal(again.PerStep, got.PerStep) || again.Sum != got.Sum {
			t.Errorf("%d threads: %+v, %v", threads, again, err)
		}
	}
}

func TestInformationOfStepsRefuses(t *testing.T) {
	ones := []float64{1, 1, 1, 1}
	for name, c := range map[string]struct {
		mean, std []float64
		d         int
		lengths   []int
	}{
		"no rows":            {ones, ones, 1, nil},
		"a ragged matrix":    {ones[:3], ones[:3], 1, []int{1, 1}},
		"other shapes":       {ones, ones[:2], 1, []int{1, 1}},
		"no step":            {ones, ones, 1, []int{0, 2}},
		"too many steps":     {ones, ones, 1, []int{1, 3}},
		"no dimensions":      {ones, ones, 0, []int{1, 1}},
		"no deviation":       {ones, []float64{1, 0, 1, 1}, 1, []int{2, 2}},
		"a mean that is NaN": {[]float64{1, math.NaN(), 1, 1}, ones, 1, []int{2, 2}},
	} {
		if got, err := InformationOfSteps(t.Context(), c.mean, c.std, c.mean, c.d, c.lengths, 1); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
