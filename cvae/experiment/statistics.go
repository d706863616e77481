package experiment

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An Interval is a mean with its 95 % confidence interval of Student's t over
// paired differences, one a seed.
type Interval struct {
	Mean, Low, High float64
	N               int
}

// TInterval is that of values; the bounds are infinite for fewer than two.
func TInterval(values []float64) Interval {
	n := len(values)
	if n == 0 {
		return Interval{math.NaN(), math.Inf(-1), math.Inf(1), 0}
	}
	if n == 1 {
		return Interval{values[0], math.Inf(-1), math.Inf(1), 1}
	}
	mean, deviation := stat.MeanStdDev(values, nil)
	t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
	half := t * deviation / math.Sqrt(float64(n))
	return Interval{mean, mean - half, mean + half, n}
}

// SignTest is the one-sided p-value of the exact sign test: the probability
// that as many of n fair coins fall on heads as values are above 0. Zeros are
// left out.
func SignTest(values []float64) float64 {
	above, n := 0, 0
	for _, v := range values {
		if v > 0 {
			above++
		}
		if v != 0 {
			n++
		}
	}
	if n == 0 {
		return 1
	}
	p := distuv.Binomial{N: float64(n), P: 0.5}
	return 1 - p.CDF(float64(above)-1)
}

// A Verdict is what runs say of a claim.
type Verdict string

// The verdicts.
const (
	Reproduced   Verdict = "reproduced"
	Contradicted Verdict = "contradicted"
	Inconclusive Verdict = "inconclusive"
)

// significance is that of the exact sign test; five of five reach it.
const significance = 0.05

// decide says whether paired differences, of which the claim is that they are
// above 0, reproduce it: the interval lies above 0, or the exact sign test is
// significant. They contradict it only where the interval lies below 0, and
// one seed decides nothing.
func decide(differences []float64) (Verdict, Interval) {
	i := TInterval(differences)
	switch {
	case i.N < 2:
		return Inconclusive, i
	case i.Low > 0, SignTest(differences) <= significance:
		return Reproduced, i
	case i.High < 0:
		return Contradicted, i
	}
	return Inconclusive, i
}
