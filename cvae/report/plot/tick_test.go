package plot

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTicks(t *testing.T) {
	for name, c := range map[string]struct {
		lo, hi float64
		count  int
		want   []float64
	}{
		"tenths are exact": {0, 0.7, 7, []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}},
		"below zero":       {-12, 9, 5, []float64{-10, -5, 0, 5}},
		"thousands":        {900, 5200, 5, []float64{1000, 2000, 3000, 4000, 5000}},
		"far from zero":    {1e9 + 1, 1e9 + 9, 4, []float64{1e9 + 2, 1e9 + 4, 1e9 + 6, 1e9 + 8}},
		"no range":         {3, 3, 5, nil},
		"turned round":     {3, 1, 5, nil},
		"no number":        {math.NaN(), 1, 5, nil},
		"endless":          {0, math.Inf(1), 5, nil},
		"no ticks wanted":  {0, 1, 0, nil},
	} {
		if got := Ticks(c.lo, c.hi, c.count); !slices.Equal(got, c.want) {
			t.Errorf("%s: Ticks(%v, %v, %d) = %v, want %v", name, c.lo, c.hi, c.count, got, c.want)
		}
	}
}

// TestTicksProperties: ticks lie in the range, evenly, at multiples of 1, 2 or 5
// times a power of ten, neither too many nor too few.
func TestTicksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
		span := math.Pow(10, rapid.Float64Range(-3, 6).Draw(t, "span"))
		count := rapid.IntRange(2, 12).Draw(t, "count")
		ticks := Ticks(lo, lo+span, count)
		// A step is at most 2.5 times span/count, so a range has count/2.5 of them
		// and may miss one at its ends.
		if len(ticks) < int(float64(count)/2.5) || len(ticks) > count+1 {
			t.Fatalf("%d ticks for about %d: %v", len(ticks), count, ticks)
		}
		for i, v := range ticks {
			if v < lo-1e-9*span || v > lo+span+1e-9*span {
				t.Fatalf("tick %v is outside [%v, %v]", v, lo, lo+span)
			}
			if i < 2 {
				continue
			}
			step := ticks[1] - ticks[0]
			if math.Abs(v-ticks[i-1]-step) > 1e-6*step+1e-15*math.Abs(v) { // rounding apart
				t.Fatalf("uneven ticks %v", ticks)
			}
			digit := step / math.Pow(10, math.Floor(math.Log10(step*1.0001)))
			if !slices.ContainsFunc([]float64{1, 2, 5}, func(d float64) bool { return math.Abs(digit-d) < 1e-4 }) {
				t.Fatalf("step %v is not round: %v", step, ticks)
			}
		}
	})
}

func TestLogTicks(t *testing.T) {
	for name, c := range map[string]struct {
		lo, hi float64
		want   []float64
	}{
		"one, two and five":      {8, 120, []float64{10, 20, 50, 100}},
		"powers alone":           {0.5, 20000, []float64{1, 10, 100, 1000, 10000}},
		"a narrow range":         {30, 41, []float64{30, 35, 40}},
		"many powers are halved": {1, 1e9, []float64{1, 100, 1e4, 1e6, 1e8}},
	} {
		if got := logTicks(c.lo, c.hi, 5); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestTickText(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.3: "0.3", -2: "−2", 2500: "2500", 20000: "20k", 150000: "150k", 2e6: "2e+06", 0.00001: "1e−05", -12500: "−12.5k",
	} {
		if got := tickText(v); got != want {
			t.Errorf("tickText(%v) = %q, want %q", v, got, want)
		}
	}
}
