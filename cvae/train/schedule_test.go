package train

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestLogistic has Sentence-VAE's slope 0.0025 and middle 2500.
func TestLogistic(t *testing.T) {
	l := Logistic{Slope: 0.0025, Middle: 2500, End: 1}
	for step, want := range map[int]float64{0: 1 / (1 + math.Exp(6.25)), 2500: 0.5, 2900: 1 / (1 + math.Exp(-1)), 1e6: 1} {
		if got := l.Beta(Clock{Step: step}); !near(got, want) {
			t.Errorf("beta of step %d is %g, want %g", step, got, want)
		}
	}
}

// TestCyclical is the vectors of frange_cycle_linear in the code of Fu et al.
// 2019, worked out by hand.
func TestCyclical(t *testing.T) {
	for _, row := range []struct {
		y       Cyclical
		planned int
		want    []float64 // of the first steps, then again
	}{
		{Cyclical{Ratio: 0.5, Cycles: 2}, 8, []float64{0, 0.5, 1, 1}},
		{Cyclical{Ratio: 0.5, Cycles: 4}, 20, []float64{0, 0.4, 0.8, 1, 1}},
		{Cyclical{Ratio: 0.5, Cycles: 2, Start: 0.1}, 8, []float64{0.1, 0.55, 1, 1}},
		{Cyclical{Ratio: 1, Cycles: 2}, 8, []float64{0, 0.25, 0.5, 0.75}},
		{Cyclical{Ratio: 0.5, Cycles: 2, Ramp: SigmoidRamp}, 8, []float64{1 / (1 + math.Exp(6)), 0.5, 1, 1}},
		{Cyclical{Ratio: 1, Cycles: 2, Ramp: CosineRamp}, 8, []float64{0, 0.5 - math.Sqrt2/4, 0.5, 0.5 + math.Sqrt2/4}},
		// Two epochs of three steps a cycle, whatever is planned.
		{Cyclical{Ratio: 0.5, Cycles: 4, Epochs: 2}, 7, []float64{0, 1.0 / 3, 2.0 / 3, 1, 1, 1}},
		// No plan: ten epochs of one step.
		{Cyclical{Ratio: 0.5, Cycles: 4}, 0, []float64{0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1}},
	} {
		perEpoch := 1
		if row.y.Epochs == 2 {
			perEpoch = 3
		}
		for step := range 3 * len(row.want) {
			got := row.y.Beta(Clock{Step: step, PlannedSteps: row.planned, StepsPerEpoch: perEpoch})
			if want := row.want[step%len(row.want)]; !near(got, want) {
				t.Errorf("%+v: beta of step %d is %g, want %g", row.y, step, got, want)
			}
		}
	}
	if got := (Cyclical{Ratio: 0.5, Cycles: 4, Start: 0.3}).Beta(Clock{}); !near(got, 0.3) {
		t.Errorf("beta of an empty clock is %g", got)
	}
}

// TestCyclicalRises within each cycle, from Start to 1, falls only at the
// restarts, of which a plan has one less than cycles, and ends at 1.
func TestCyclicalRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := Cyclical{
			Ramp:  rapid.SampledFrom([]Ramp{LinearRamp, SigmoidRamp, CosineRamp}).Draw(t, "ramp"),
			Start: rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "start"),
			Ratio: rapid.Float64Range(0.1, 0.6).Draw(t, "ratio"), Cycles: rapid.IntRange(1, 6).Draw(t, "cycles"),
		}
		planned := rapid.IntRange(10*y.Cycles, 500).Draw(t, "planned")
		last, falls := 0.0, 0
		for step := range planned {
			beta := y.Beta(Clock{Step: step, PlannedSteps: planned})
			if beta < y.Start || beta > 1 {
				t.Fatalf("step %d: %g", step, beta)
			}
			if beta < last {
				falls++
			}
			last = beta
		}
		if falls != y.Cycles-1 || last != 1 {
			t.Fatalf("%d falls, the last beta is %g", falls, last)
		}
	})
}

// TestCyclicalRestarts: the learning rate follows ½+½cos over every cycle of four
// steps, and the optimiser begins anew where a cycle does, but not at step 0.
func TestCyclicalRestarts(t *testing.T) {
	y := Cyclical{Ratio: 0.5, Cycles: 2, Restarts: true}
	want := []float64{1, 0.5 + math.Sqrt2/4, 0.5, 0.5 - math.Sqrt2/4}
	for step := range 8 {
		c := Clock{Step: step, PlannedSteps: 8}
		if got := y.LearningRate(c); !near(got, want[step%4]) {
			t.Errorf("the learning rate of step %d is scaled by %g, want %g", step, got, want[step%4])
		}
		if got := y.Restart(c); got != (step == 4) {
			t.Errorf("a restart before step %d is %v", step, got)
		}
		plain := Cyclical{Ratio: 0.5, Cycles: 2}
		if plain.LearningRate(c) != 1 || plain.Restart(c) {
			t.Errorf("step %d restarts without being told to", step)
		}
	}
}

// TestRising: a run that ends in the middle of a ramp leaves the weight below its end,
// whatever was planned; a constant and a cycle at its plan's end do not rise.
func TestRising(t *testing.T) {
	at := Clock{Step: 300, Epoch: 1, StepsPerEpoch: 300, PlannedSteps: 300}
	for name, c := range map[string]struct {
		s    Schedule
		want bool
	}{
		"constant":            {Constant(1), false},
		"line, in the middle": {Linear{End: 1, Steps: 1000}, true},
		"line, at its end":    {Linear{End: 1, Steps: 300}, false},
		"line in epochs":      {Linear{End: 1, Epochs: 10}, true},
		"logistic, before":    {Logistic{Slope: 0.0025, Middle: 2500, End: 1}, true},
		"logistic, after":     {Logistic{Slope: 1, Middle: 100, End: 1}, false},
		"cycles":              {Cyclical{Ratio: 0.5, Cycles: 1, Ramp: LinearRamp}, false},
	} {
		if got := Rising(c.s, at); got != c.want {
			t.Errorf("%s: rising is %v", name, got)
		}
	}
}
