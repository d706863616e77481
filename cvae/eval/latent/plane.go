package latent

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Plane is the first two principal components of a cloud of points.
type Plane struct {
	Center    []float64    // (d)
	Axes      [2][]float64 // (d) each, of unit length; zero where d is 1
	Explained [2]float64   // share of the variance along each axis
}

// PrincipalPlane is the plane of the rows of points, (N,d) row-major. An axis
// points so that its largest coordinate is positive, which makes equal points
// give equal planes.
func PrincipalPlane(points []float64, d int) (Plane, error) {
	if d < 1 || len(points) < 2*d || len(points)%d != 0 {
		return Plane{}, fmt.Errorf("%d numbers are not two rows or more of %d", len(points), d)
	}
	n := len(points) / d
	m := mat.NewDense(n, d, points)
	var components stat.PC
	if !components.PrincipalComponents(m, nil) {
		return Plane{}, fmt.Errorf("the principal components of %d points do not converge", n)
	}
	var vectors mat.Dense
	components.VectorsTo(&vectors)
	variances := components.VarsTo(nil)
	total := 0.0
	for _, v := range variances {
		total += v
	}
	p := Plane{Center: make([]float64, d), Axes: [2][]float64{make([]float64, d), make([]float64, d)}}
	for j := range d {
		p.Center[j] = stat.Mean(mat.Col(nil, j, m), nil)
	}
	for a := range min(2, len(variances)) {
		p.Axes[a] = upright(mat.Col(nil, a, &vectors))
		if total > 0 {
			p.Explained[a] = variances[a] / total
		}
	}
	return p, nil
}

// upright turns an axis so that its largest coordinate is positive.
func upright(axis []float64) []float64 {
	largest := 0.0
	for _, v := range axis {
		if math.Abs(v) > math.Abs(largest) {
			largest = v
		}
	}
	if largest < 0 {
		for i := range axis {
			axis[i] = -axis[i]
		}
	}
	return axis
}
