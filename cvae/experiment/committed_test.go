package experiment

import (
	"math"
	"testing"
)

// TestCommittedRatesAreMinima: what the minimiser finds, which knows nothing of the
// formula, is the formula's in every place, and no contour of the posterior leaves
// that of a prior which is as narrow in one direction.
func TestCommittedRatesAreMinima(t *testing.T) {
	c, err := MeasureCommittedRates()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Rates {
		if math.Abs(r.Minimum-r.Formula) > 1e-5*math.Max(1, r.Formula) {
			t.Errorf("α %g, %d steps: the formula says %v, the minimum is %v", r.Alpha, r.Steps, r.Formula, r.Minimum)
		}
	}
	if len(c.Rates) != 11*11 || len(c.Contours) != 3 {
		t.Errorf("%d rates and %d contours", len(c.Rates), len(c.Contours))
	}
	for _, k := range c.Contours {
		if want := -0.5 * math.Log(1-k.Alpha*k.Alpha); math.Abs(k.Rate-want) > 1e-12 {
			t.Errorf("α %g: rate %v, want %v", k.Alpha, k.Rate, want)
		}
		for i, p := range k.Prior {
			// The lines are xᵀΣ⁻¹x = 1 with Σ⁻¹ = [[1,−α],[−α,1]]/(1−α²).
			if d := (p[0]*p[0] - 2*k.Alpha*p[0]*p[1] + p[1]*p[1]) / (1 - k.Alpha*k.Alpha); math.Abs(d-1) > 1e-9 {
				t.Fatalf("α %g: point %d of the prior has distance² %v", k.Alpha, i, d)
			}
			if q := k.Posterior[i]; math.Abs((q[0]*q[0]+q[1]*q[1])/(1-k.Alpha*k.Alpha)-1) > 1e-9 {
				t.Fatalf("α %g: point %d of the posterior is %v", k.Alpha, i, q)
			}
		}
	}
}
