package latent

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/dialog/rng"
)

// negligible is how many nats below the largest term an exponential no longer
// changes a float64 sum of any length met here: e^−60 ≈ 1e−26.
const negligible = 60

// logSumExp returns ln Σ exp x, −Inf for no terms and NaN if any is NaN.
func logSumExp(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v) // max keeps NaN
	}
	if math.IsInf(top, 0) || math.IsNaN(top) {
		return top
	}
	var sum float64
	for _, v := range x {
		if v -= top; v > -negligible {
			sum += math.Exp(v)
		}
	}
	return top + math.Log(sum)
}

// ImportanceNLL turns log-weights (N,K) into the importance-weighted negative
// log-likelihood of every example (N), in nats per response [burda, equation
// 8]:
//
//	−( lse_k ln w_k − ln K ),  ln w_k = ln p(x|z_k,c) + ln p(z_k|c) − ln q(z_k|x,c),  z_k ~ q
//
// K = 1 is the negative ELBO of one draw. In expectation it falls with K
// towards −ln p(x|c).
func ImportanceNLL(logWeights []float64, k int) ([]float64, error) {
	n, err := rowCount(k, logWeights)
	if err != nil {
		return nil, fmt.Errorf("combining importance weights of %d samples: %w", k, err)
	}
	nll := make([]float64, n)
	for i := range nll {
		nll[i] = math.Log(float64(k)) - logSumExp(logWeights[i*k:(i+1)*k])
	}
	return nll, nil
}

// BootstrapMean returns the mean of values and its standard error: the standard
// deviation of the means of `resamples` bootstrap samples of the examples
// (Efron 1979), drawn from rng.Evaluate of seed. The error is NaN, meaning
// unknown, with fewer than two values or resamples, and when ctx, which is asked before
// every sample, has ended; the mean of none is NaN.
func BootstrapMean(ctx context.Context, values []float64, resamples int, seed uint64) (mean, stdErr float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v
	}
	mean /= n
	if len(values) < 2 {
		return mean, math.NaN()
	}
	means := NewMoments[float64](1)
	for r := range resamples {
		if ctx.Err() != nil {
			return mean, math.NaN()
		}
		// Row −1 keeps these draws apart from those of the examples.
		draw := rng.New(seed, rng.Evaluate, r, -1)
		var sum float64
		for range values {
			sum += values[draw.IntN(len(values))]
		}
		means.add([]float64{sum / n})
	}
	return mean, math.Sqrt(means.Variance()[0])
}
