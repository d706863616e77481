package eval

import (
	"context"
	"errors"
	"math"
	"testing"
)

// (x−1)² + 100(y+2)⁴ + (x+y)² has the slope 0 where 2(x−1) + 2(x+y) and
// 400(y+2)³ + 2(x+y) are.
func TestMinimise(t *testing.T) {
	at, err := minimise(context.Background(), func(x, gradient []float64) float64 {
		a, b, c := x[0]-1, x[1]+2, x[0]+x[1]
		gradient[0], gradient[1] = 2*a+2*c, 400*b*b*b+2*c
		return a*a + 100*b*b*b*b + c*c
	}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := at[0], at[1]; math.Abs(4*x+2*y-2) > 1e-6 || math.Abs(400*math.Pow(y+2, 3)+2*(x+y)) > 1e-6 {
		t.Errorf("the minimum is said to be at %v", at)
	}
}

// A slope that leads nowhere, and numbers that are none, are errors.
func TestMinimiseRefuses(t *testing.T) {
	for name, slope := range map[string]float64{"flat with a slope": 1, "NaN": math.NaN()} {
		at, err := minimise(context.Background(), func(x, gradient []float64) float64 {
			gradient[0] = slope
			return slope
		}, 1)
		if err == nil {
			t.Errorf("%s: no error but %v", name, at)
		}
	}
}

// A search whose context ends stops at the next step, with the reason.
func TestMinimiseEnds(t *testing.T) {
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	values := 0
	_, err := minimise(ctx, func(x, gradient []float64) float64 {
		if values++; values == 3 {
			cancel(enough)
		}
		gradient[0] = math.Sinh(x[0] - 3)
		return math.Cosh(x[0] - 3)
	}, 1)
	if !errors.Is(err, enough) || values > 20 {
		t.Errorf("after %d values: %v", values, err)
	}
}
