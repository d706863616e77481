package experiment

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// The wanted numbers are those of stats.t.interval of scipy 1.17.1.
func TestTInterval(t *testing.T) {
	i := TInterval([]float64{1.2, 0.4, 2.2, -0.3, 0.9})
	near(t, "mean", i.Mean, 0.88, 1e-12)
	near(t, "low", i.Low, -0.2761485471190346, 1e-9)
	near(t, "high", i.High, 2.036148547119035, 1e-9)
	if i := TInterval([]float64{3}); i.Mean != 3 || !math.IsInf(i.Low, -1) || !math.IsInf(i.High, 1) {
		t.Errorf("the interval of one value is %+v", i)
	}
	if i := TInterval(nil); !math.IsNaN(i.Mean) || i.N != 0 {
		t.Errorf("the interval of nothing is %+v", i)
	}
}

// The wanted numbers are those of stats.binomtest of scipy 1.17.1.
func TestSignTest(t *testing.T) {
	near(t, "4 of 5", SignTest([]float64{1, 2, 3, 4, -5}), 0.1875, 1e-12)
	near(t, "5 of 5", SignTest([]float64{1, 2, 3, 4, 5}), 0.03125, 1e-12)
	near(t, "zeros are left out", SignTest([]float64{1, 2, 3, 4, 5, 0, 0}), 0.03125, 1e-12)
	near(t, "nothing", SignTest(nil), 1, 0)
}

func TestDecide(t *testing.T) {
	for name, c := range map[string]struct {
		differences []float64
		want        Verdict
	}{
		"the interval is above 0":               {[]float64{1, 1.1, 0.9}, Reproduced},
		"five of five, wide interval":           {[]float64{0.01, 0.01, 0.01, 0.01, 9}, Reproduced},
		"four of four is not enough":            {[]float64{0.01, 0.01, 0.01, 9}, Inconclusive},
		"the interval is below 0":               {[]float64{-1, -1.1, -0.9}, Contradicted},
		"five of five below, wide interval":     {[]float64{-0.01, -0.01, -0.01, -0.01, -9}, Inconclusive},
		"one seed decides nothing":              {[]float64{5}, Inconclusive},
		"no seed decides nothing":               {nil, Inconclusive},
		"differences of 0 decide nothing":       {[]float64{0, 0, 0}, Inconclusive},
		"equal differences need no more spread": {[]float64{2, 2}, Reproduced},
	} {
		if got, _ := decide(c.differences); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The wanted numbers are those of polyfit of numpy 2.4.6 over the KL of table 3
// of Song et al. 2024.
func TestTrend(t *testing.T) {
	s := Spec{Rows: []Row{{Name: "a", At: new(.3)}, {Name: "b", At: new(.5)}, {Name: "c", At: new(.7)}, {Name: "d", At: new(.9)}, {Name: "e", At: new(1.1)}, {Name: "f", At: new(1.5)}}}
	kl := map[string]float64{"a": 1.8, "b": 3.7, "c": 7.1, "d": 9.5, "e": 8.4, "f": 3.0}
	over := []string{"a", "b", "c", "d", "e", "f"}
	for is, want := range map[string]float64{"rising": 1.85714286, "falling": -1.85714286, "peaking": 18.00595238} {
		got := Test{Is: is, Over: over}.trend(s, func(row string) float64 { return kl[row] })
		near(t, is, got, want, 1e-7)
	}
	unknown := func(row string) float64 { return math.NaN() }
	if got := (Test{Is: "rising", Over: over}).trend(s, unknown); !math.IsNaN(got) {
		t.Errorf("the trend of nothing is %v", got)
	}
}
