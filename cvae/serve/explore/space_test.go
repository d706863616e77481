package explore

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

// small is a space of three dimensions, of which the map shows the first and the last.
func small() *Space {
	s := &Space{Dim: 3, Plane: dialog.Map{Center: []float64{1, 0, 0}, Axes: [2][]float64{{1, 0, 0}, {0, 0, 1}}},
		mean: []float64{0, 0, 0, 3, 0, 0, 0, 4, 0}, std: slices.Repeat([]float64{1}, 9),
		Real: []Real{{Text: "a"}, {Text: "b"}, {Text: "c"}}}
	s.density = mixture{d: 3, mean: s.mean, std: s.std}
	s.typical = s.density.typical(s.mean)
	return s
}

// TestOn: what z has outside of the plane stays, and what it has on it is the place.
func TestOn(t *testing.T) {
	s := small()
	z := s.On([]float32{5, 7, 9}, [2]float64{-1, 2})
	if !slices.Equal(z, []float32{0, 7, 2}) || s.Plane.Project(z) != [2]float64{-1, 2} {
		t.Errorf("z is %v, at %v", z, s.Plane.Project(z))
	}
}

// TestNearest: the distances are those of Pythagoras.
func TestNearest(t *testing.T) {
	got := small().Nearest([]float32{0, 4, 0}, 5)
	want := []Neighbour{{Text: "c", Distance: 0}, {Text: "a", Distance: 4}, {Text: "b", Distance: 5}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestDensity: that of one standard normal distribution at its middle is (2π)^(-3/2), of a
// mixture its mean; far away is a hole, and the middle is none.
func TestDensity(t *testing.T) {
	s := small()
	normal := func(squares float64) float64 { return math.Exp(-squares/2) * math.Pow(2*math.Pi, -1.5) }
	want := math.Log((normal(0) + normal(9) + normal(16)) / 3)
	if d := s.Density([]float32{0, 0, 0}); math.Abs(d.Log-want) > 1e-12 || d.Hole {
		t.Errorf("density %+v, want %g", d, want)
	}
	if d := s.Density([]float32{50, 50, 50}); !d.Hole || d.Rank != 0 {
		t.Errorf("far from everything: %+v", d)
	}
	if without := s.density.log([]float64{0, 0, 0}, 0); math.Abs(without-math.Log((normal(9)+normal(16))/2)) > 1e-12 {
		t.Errorf("without the first component: %g", without)
	}
}

// TestEllipse: the shadow of a Gaussian along any direction u of the map has the variance
// uᵀ Aᵀ diag(σ²) A u, which the half axes a, b give as (u·a)² + (u·b)².
func TestEllipse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle := rapid.Float64Range(0, 7).Draw(t, "angle")
		s := &Space{Dim: 2, Plane: dialog.Map{Center: []float64{0, 0}, Axes: [2][]float64{{math.Cos(angle), math.Sin(angle)}, {-math.Sin(angle), math.Cos(angle)}}}}
		std := []float32{rapid.Float32Range(0.1, 3).Draw(t, "σ1"), rapid.Float32Range(0.1, 3).Draw(t, "σ2")}
		e := s.Ellipse([]float32{1, 2}, std)
		u := rapid.Float64Range(0, 7).Draw(t, "u")
		x, y := math.Cos(u), math.Sin(u)
		inSpace := [2]float64{x*s.Plane.Axes[0][0] + y*s.Plane.Axes[1][0], x*s.Plane.Axes[0][1] + y*s.Plane.Axes[1][1]}
		want := math.Pow(inSpace[0]*float64(std[0]), 2) + math.Pow(inSpace[1]*float64(std[1]), 2)
		got := math.Pow(x*e.Axes[0][0]+y*e.Axes[0][1], 2) + math.Pow(x*e.Axes[1][0]+y*e.Axes[1][1], 2)
		if math.Abs(got-want) > 1e-6*(1+want) {
			t.Fatalf("variance %g, want %g", got, want)
		}
	})
}
