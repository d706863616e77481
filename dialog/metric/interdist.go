package metric

import "context"

// interDist returns inter-dist-n: Dist-n of the responses to one context, mean
// over contexts [gu]:
//
//	inter-dist-n = mean_c Dist-n(responses to c)
//
// It is a ratio from 0 to 1; higher is more diverse. With one response a context
// it equals intraDist. It falls with the number of responses a context. Contexts
// without a response do not count; with none left it is NaN.
func interDist(ctx context.Context, n int, contexts [][]ngrams) float64 {
	var m mean
	for _, responses := range until(ctx, contexts) {
		if len(responses) > 0 {
			m.add(dist(pool(responses, n)))
		}
	}
	return m.value()
}
