package latent

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestPrincipalPlane draws points whose covariance is known: 9 along
// (1,1,0)/√2, 4 along (0,0,−1), 0.01 along (1,−1,0)/√2.
func TestPrincipalPlane(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	h := math.Sqrt(0.5)
	var points []float64
	for range 20000 {
		u, v, w := 3*r.NormFloat64(), 2*r.NormFloat64(), 0.1*r.NormFloat64()
		points = append(points, 5+h*(u+w), h*(u-w), -v)
	}
	p, err := PrincipalPlane(points, 3)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.05 {
			t.Errorf("%s is %g, want %g", what, got, want)
		}
	}
	for i, want := range []float64{h, h, 0} {
		near("first axis", p.Axes[0][i], want)
	}
	for i, want := range []float64{0, 0, 1} { // upright
		near("second axis", p.Axes[1][i], want)
	}
	near("center", p.Center[0], 5)
	near("share of the first axis", p.Explained[0], 9/13.01)
	near("share of the second axis", p.Explained[1], 4/13.01)
}

func TestPrincipalPlaneOfLine(t *testing.T) {
	p, err := PrincipalPlane([]float64{1, 3, 5}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if p.Axes[0][0] != 1 || p.Axes[1][0] != 0 || p.Center[0] != 3 {
		t.Errorf("the plane of points on a line is %+v", p)
	}
}

func TestPrincipalPlaneRefuses(t *testing.T) {
	for _, points := range [][]float64{nil, {1, 2}, {1, 2, 3}} {
		if _, err := PrincipalPlane(points, 2); err == nil {
			t.Errorf("%v has a plane", points)
		}
	}
}
