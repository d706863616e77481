package latent

import (
	"math"
	"testing"
)

// TestSeparationByHand: groups {0, 2} and {4, 6} on a line have means 1 and 5
// around 3: 4·4/(9+1+1+9).
func TestSeparationByHand(t *testing.T) {
	for name, c := range map[string]struct {
		points []float64
		groups []int
		d      int
		want   float64
	}{
		"a line":         {[]float64{0, 2, 4, 6}, []int{0, 0, 1, 1}, 1, 0.8},
		"a plane":        {[]float64{0, 1, 2, 1, 4, 1, 6, 1}, []int{0, 0, 1, 1}, 2, 0.8},
		"equal means":    {[]float64{-1, 1, -3, 3}, []int{0, 0, 1, 1}, 1, 0},
		"single points":  {[]float64{1, 5, 2}, []int{2, 0, 1}, 1, 1},
		"all in one":     {[]float64{1, 5, 2}, []int{0, 0, 0}, 1, 0},
		"points are one": {[]float64{2, 2, 2}, []int{0, 1, 1}, 1, math.NaN()},
	} {
		got, err := Separation(c.points, c.groups, c.d)
		if err != nil || !(math.Abs(got-c.want) < 1e-12 || math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
	for _, bad := range []struct {
		points []float64
		groups []int
		d      int
	}{{nil, nil, 1}, {[]float64{1, 2}, []int{0}, 1}, {[]float64{1, 2}, []int{0, 2}, 1}, {[]float64{1, 2, 3}, []int{0, 0}, 2}} {
		if _, err := Separation(bad.points, bad.groups, bad.d); err == nil {
			t.Errorf("no error for %v", bad)
		}
	}
}

// TestProcrustesAgainstScipy compares with scipy.spatial.procrustes of scipy
// 1.17.1; the first pictures are those of its documentation, which differ by a
// turn, a shift and a size only.
func TestProcrustesAgainstScipy(t *testing.T) {
	var a, b []float64
	for i := range 8 {
		a = append(a, float64(i*i%5), float64(3*i%7))
		b = append(b, float64(i*i*i%7), float64((2*i+1)%5))
	}
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 3, 1, 2, 1, 1, 2, 1}, []float64{4, -2, 4, -4, 4, -6, 2, -6}, 0},
		{a, b, 0.9490181465886649},
		{b, a, 0.9490181465886649},
	} {
		if got, err := Procrustes(c.a, c.b, 2); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v, %v, want %v", got, err, c.want)
		}
	}
	if got, err := Procrustes([]float64{1, 1}, []float64{1, 2}, 1); err != nil || !math.IsNaN(got) {
		t.Errorf("a picture of one point: %v, %v, want NaN", got, err)
	}
	if _, err := Procrustes(a, b[2:], 2); err == nil {
		t.Error("no error for pictures of different points")
	}
}
