package experiment

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/optimize"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog/rng"
)

// CommittedRates is figure 1 of Razavi et al. 2019 in numbers: the least KL of a
// factorised posterior from an autoregressive prior, by its formula and by looking for
// it, and both distributions of two steps.
type CommittedRates struct {
	Rates    []CommittedRate `json:"rates"`
	Contours []Contour       `json:"contours"`
}

// A CommittedRate is that of one dimension, in nats.
type CommittedRate struct {
	Alpha   float64 `json:"alpha"`
	Steps   int     `json:"steps"`
	Formula float64 `json:"committed_rate"`
	// Minimum is the least KL that a minimiser, which knows the KL alone, has found
	// from a posterior at random.
	Minimum float64 `json:"minimum"`
}

// A Contour is the prior of two steps, N(0, [[1,α],[α,1]]), and the factorised
// posterior next to it, N(0, (1−α²)I), as lines of one standard deviation.
type Contour struct {
	Alpha     float64      `json:"alpha"`
	Rate      float64      `json:"committed_rate"`
	Variance  float64      `json:"variance"` // of the posterior
	Prior     [][2]float64 `json:"prior"`
	Posterior [][2]float64 `json:"posterior"`
}

// MeasureCommittedRates computes the figure.
func MeasureCommittedRates() (c CommittedRates, err error) {
	for _, alpha := range []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99} {
		for _, n := range []int{1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32} {
			r := CommittedRate{Alpha: alpha, Steps: n, Formula: latent.CommittedRate([]float64{alpha}, n)}
			if r.Minimum, err = leastKL(alpha, n); err != nil {
				return c, fmt.Errorf("looking for the least KL of α %g and %d steps: %w", alpha, n, err)
			}
			c.Rates = append(c.Rates, r)
		}
	}
	for _, alpha := range []float64{0.5, 0.9, 0.99} {
		c.Contours = append(c.Contours, contour(alpha))
	}
	return c, nil
}

// leastKL looks for the least KL from the chain of α, of n steps of one dimension, over
// all means and log-variances. It begins at random and follows finite differences.
func leastKL(alpha float64, n int) (float64, error) {
	kl := make([]float64, n)
	of := func(x []float64) (sum float64) {
		clear(kl)
		latent.ChainKL(kl, x[:n], x[n:], []float64{alpha})
		for _, v := range kl {
			sum += v
		}
		return sum
	}
	problem := optimize.Problem{Func: of, Grad: func(grad, x []float64) { fd.Gradient(grad, of, x, &fd.Settings{Formula: fd.Central}) }}
	draw, start := rng.New(1, rng.Bench, n, int(math.Round(1000*alpha))), make([]float64, 2*n)
	for i := range start {
		start[i] = draw.Normal()
	}
	found, err := optimize.Minimize(problem, start, &optimize.Settings{GradientThreshold: 1e-5}, &optimize.BFGS{})
	if err != nil && found == nil {
		return 0, err
	}
	return found.F, nil // that the line search ends at the accuracy of the differences is no failure
}

// contourPoints is the corners of a line that is drawn for an ellipse.
const contourPoints = 96

// contour is the lines of α. Those of the prior are Lu with u on the unit circle and
// LLᵀ its covariance.
func contour(alpha float64) Contour {
	c := Contour{Alpha: alpha, Rate: latent.CommittedRate([]float64{alpha}, 2), Variance: latent.CommittedOptimum(alpha, 2)[0]}
	for i := range contourPoints + 1 {
		angle := 2 * math.Pi * float64(i) / contourPoints
		x, y := math.Cos(angle), math.Sin(angle)
		c.Prior = append(c.Prior, [2]float64{x, alpha*x + math.Sqrt(1-alpha*alpha)*y})
		c.Posterior = append(c.Posterior, [2]float64{math.Sqrt(c.Variance) * x, math.Sqrt(c.Variance) * y})
	}
	return c
}
