package latent

import "fmt"

// PosteriorDivergence is the mutual posterior divergence of every dimension
// (d) in nats: the mean of KL(q_i,d ‖ q_j,d) over all ordered pairs i ≠ j of N
// posteriors N(mean_i, std_i²), both (N,d) [ma, equation 6]:
//
//	MPD_d = 1/(N(N−1)) Σ_{i≠j} ½( σ_i²/σ_j² + (μ_i−μ_j)²/σ_j² − ln(σ_i²/σ_j²) − 1 )
//
// All pairs are counted at the cost of N: the logarithms cancel over ordered
// pairs, the diagonal is zero, and what is left is a product of sums. The sum
// of the result is at least the mutual information of the same posteriors.
func PosteriorDivergence[F Float](mean, std []F, d int) ([]float64, error) {
	n, err := rowCount(d, mean, std)
	if err != nil {
		return nil, err
	}
	if n < 2 {
		return nil, fmt.Errorf("the posterior divergence needs two rows, there is %d", n)
	}
	if err := checkPosteriors(mean, std, d); err != nil {
		return nil, err
	}
	center := NewMoments[F](d)
	if err := center.Add(mean); err != nil {
		return nil, err
	}
	mpd := make([]float64, d)
	for k := range mpd {
		mpd[k] = divergence(mean, std, d, k, center.mean[k])
	}
	return mpd, nil
}

// divergence is column k of PosteriorDivergence. Means are taken from their
// centre, so that the expanded square does not cancel.
func divergence[F Float](mean, std []F, d, k int, center float64) float64 {
	var n, second, first, weight, weighted, weightedSecond float64
	for i := k; i < len(mean); i += d {
		mu, v := float64(mean[i])-center, float64(std[i])*float64(std[i])
		n++
		second += v + mu*mu
		first += mu
		weight += 1 / v
		weighted += mu / v
		weightedSecond += mu * mu / v
	}
	ratios := second*weight - 2*first*weighted + n*weightedSecond
	return max(0, 0.5*(ratios-n*n)/(n*(n-1)))
}
