package latent

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Separation is the share of the variance of points, (N,d), that lies between
// the means of their groups, numbered from 0, one number for each point:
//
//	η² = Σ_g n_g ‖c_g − c‖² / Σ_i ‖x_i − c‖²,  c_g and c the means of a group and of all
//
// It is 1 where every group is one point, 0 where all groups have one mean, and
// NaN where all points are one. With the components of a mixture as groups it
// says whether they are kept apart; with fixed examples as groups, each at
// several places, 1 − η² is the share of the variance that the places make.
func Separation(points []float64, groups []int, d int) (float64, error) {
	n, err := rowCount(d, points)
	if err != nil {
		return 0, fmt.Errorf("measuring separation: %w", err)
	}
	if len(groups) != n {
		return 0, fmt.Errorf("measuring separation: %d points have the groups of %d", n, len(groups))
	}
	all, within := NewMoments[float64](d), map[int]*Moments[float64]{}
	for i, g := range groups {
		if within[g] == nil {
			within[g] = NewMoments[float64](d)
		}
		all.add(points[i*d : (i+1)*d])
		within[g].add(points[i*d : (i+1)*d])
	}
	between, total := 0.0, 0.0
	for k, c := range all.mean {
		total += all.m2[k]
		for g := range len(within) { // in order, so that the sum has one rounding
			if within[g] == nil {
				return 0, errors.New("measuring separation: the numbers of the groups have a gap")
			}
			between += float64(within[g].rows) * (within[g].mean[k] - c) * (within[g].mean[k] - c)
		}
	}
	return between / total, nil
}

// Procrustes is how much two pictures of the same points differ, (N,d) each,
// after the best shift, turn, reflection and size (Gower 1975):
//
//	1 − (Σ_k σ_k)²,  σ the singular values of AᵀB, A and B the pictures centred and of Frobenius norm 1
//
// 0 is the same shape and 1 nothing in common. It is NaN where all points of a
// picture are one.
func Procrustes(a, b []float64, d int) (float64, error) {
	n, err := rowCount(d, a, b)
	if err != nil {
		return 0, fmt.Errorf("comparing pictures: %w", err)
	}
	var product mat.Dense
	product.Mul(standard(a, n, d).T(), standard(b, n, d))
	var svd mat.SVD
	if !svd.Factorize(&product, mat.SVDNone) {
		return math.NaN(), nil // a number is not finite
	}
	sum := 0.0
	for _, v := range svd.Values(nil) {
		sum += v
	}
	return 1 - sum*sum, nil
}

// standard is points, centred and divided by their Frobenius norm.
func standard(points []float64, n, d int) *mat.Dense {
	m, norm := NewMoments[float64](d), 0.0
	for i := range n {
		m.add(points[i*d : (i+1)*d])
	}
	for _, s := range m.m2 {
		norm += s
	}
	out := mat.NewDense(n, d, nil)
	for i, v := range points {
		out.Set(i/d, i%d, (v-m.mean[i%d])/math.Sqrt(norm))
	}
	return out
}
