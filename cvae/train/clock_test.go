package train

import "testing"

// TestLinear checks the ramp of Bowman et al. 2016 in the form of He et al.
// 2019, which moves before the step: 0.1 + 0.9/10 first, 1 at the end and after.
func TestLinear(t *testing.T) {
	l := Linear{Start: 0.1, End: 1, Epochs: 2}
	for step, want := range map[int]float64{0: 0.19, 4: 0.55, 9: 1, 10: 1, 1000: 1} {
		if got := l.Beta(Clock{Step: step, StepsPerEpoch: 5}); !near(got, want) {
			t.Errorf("beta of step %d is %g, want %g", step, got, want)
		}
	}
	if got := (Linear{End: 1}).Beta(Clock{}); got != 1 {
		t.Errorf("beta without a ramp is %g", got)
	}
	if got := (Linear{Steps: 4, End: 1}).Beta(Clock{Step: 1, StepsPerEpoch: 100}); !near(got, 0.5) {
		t.Errorf("beta half-way is %g", got)
	}
}

func near(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 }
