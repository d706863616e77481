package latent

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// [1,2,3,4]: mean 2.5, Σ(x−mean)² = 5, unbiased variance 5/3.
func TestMoments(t *testing.T) {
	m := NewMoments[float32](2)
	for _, batch := range [][]float32{{1, 7, 2, 7}, {}, {3, 7}, {4, 7}} {
		if err := m.Add(batch); err != nil {
			t.Fatal(err)
		}
	}
	if m.rows != 4 {
		t.Errorf("%d rows, want 4", m.rows)
	}
	near(t, "mean", m.Mean()[0], 2.5, 1e-12)
	near(t, "variance", m.Variance()[0], 5./3, 1e-12)
	near(t, "constant column", m.Variance()[1], 0, 0)
	if got := m.Active(ActiveThreshold); got != 1 {
		t.Errorf("%d active units, want 1", got)
	}
}

func TestMomentsWithoutTwoRows(t *testing.T) {
	m := NewMoments[float64](1)
	if err := m.Add([]float64{5}); err != nil {
		t.Fatal(err)
	}
	if v := m.Variance()[0]; !math.IsNaN(v) {
		t.Errorf("variance of one row is %v, want NaN", v)
	}
	if got := m.Active(0); got != 0 {
		t.Errorf("%d active units of one row, want 0", got)
	}
}

// ±x has unbiased variance 2x²: the threshold itself is active.
func TestActiveUnitsThreshold(t *testing.T) {
	above, below := math.Sqrt(.005)+1e-9, math.Sqrt(.005)-1e-9
	got, err := ActiveUnits([]float64{above, below, -above, -below}, 2)
	if err != nil || got != 1 {
		t.Errorf("ActiveUnits = %d, %v; want 1", got, err)
	}
	m := NewMoments[float64](1)
	m.add([]float64{1})
	m.add([]float64{3})
	if m.Active(2) != 1 {
		t.Error("a variance equal to the threshold must count as active")
	}
}

func TestActiveUnitsRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		rows []float64
		d    int
	}{"no rows": {nil, 2}, "part of a row": {[]float64{1, 2, 3}, 2}, "no columns": {[]float64{1}, 0}} {
		if _, err := ActiveUnits(c.rows, c.d); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := NewMoments[float64](2).Add([]float64{1}); err == nil {
		t.Error("Add took part of a row")
	}
}

// Cutting rows into batches must not change a bit, and far-off means must not
// cancel.
func TestMomentsDoNotDependOnBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Float64Range(1e6, 1e6+1), 2, 40).Draw(t, "rows")
		cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
		whole, parts := NewMoments[float64](1), NewMoments[float64](1)
		for _, err := range []error{whole.Add(rows), parts.Add(rows[:cut]), parts.Add(rows[cut:])} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(whole.Variance(), parts.Variance()) || !slices.Equal(whole.Mean(), parts.Mean()) {
			t.Fatal("batches change the moments")
		}
		var two float64 // the two-pass formula
		for _, x := range rows {
			two += (x - whole.Mean()[0]) * (x - whole.Mean()[0])
		}
		if want := two / float64(len(rows)-1); math.Abs(whole.Variance()[0]-want) > 1e-8 {
			t.Fatalf("variance %v, two passes give %v", whole.Variance()[0], want)
		}
	})
}

// ActiveUnits is Moments.Active at ActiveThreshold over all rows of means
// (N,d) at once.
func ActiveUnits[F Float](means []F, d int) (int, error) {
	if _, err := rowCount(d, means); err != nil {
		return 0, err
	}
	m := NewMoments[F](d)
	if err := m.Add(means); err != nil {
		return 0, err
	}
	return m.Active(ActiveThreshold), nil
}
