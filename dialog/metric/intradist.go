package metric

import "context"

// intraDist returns intra-dist-n: Dist-n inside each single response, mean over
// the responses to one context, then over contexts [gu]:
//
//	intra-dist-n = mean_c mean_i Dist-n({response i to c})
//
// It is a ratio from 0 to 1; higher is less repetitive. A response without an
// n-gram counts as 0, as in the authors' code. Contexts without a response do
// not count; with none left it is NaN.
func intraDist(ctx context.Context, n int, contexts [][]ngrams) float64 {
	var m mean
	for _, responses := range until(ctx, contexts) {
		var inside mean
		for _, g := range responses {
			inside.add(dist(tallies(g.of(n))))
		}
		m.add(inside.value())
	}
	return m.value()
}
