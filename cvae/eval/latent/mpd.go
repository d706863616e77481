package latent

// MPD is the mutual posterior divergence in nats of N posteriors N(mean_i,
// std_i²), both (N,d): the sum over dimensions of PosteriorDivergence, which is
// the mean KL between two different posteriors [ma, equation 6]:
//
//	MPD = 1/(N(N−1)) Σ_{i≠j} KL(q_i ‖ q_j)
//
// Higher tells the examples further apart. It is at least the mutual information
// of the same posteriors and has no ceiling [song]. The diagonal i = j is left
// out; code that counts it in reports (N−1)/N of this.
func MPD[F Float](mean, std []F, d int) (float64, error) {
	perDim, err := PosteriorDivergence(mean, std, d)
	if err != nil {
		return 0, err
	}
	var sum float64
	for _, x := range perDim {
		sum += x
	}
	return sum, nil
}
