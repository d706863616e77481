package metric

// Dist returns Dist-n, the share of different n-grams in a set of tokenised
// responses:
//
//	Dist-n = |{different n-grams of all responses}| / |n-grams of all responses|
//
// It is a ratio from 0 to 1, without a unit; higher is more diverse. N-grams do
// not cross from one response into the next. It is 0 for n < 1 and for a set
// without an n-gram, such as an empty one or one of responses shorter than n.
// It falls as a set grows, so compare only sets of equal size.
//
// What the set is gives the variant its name: all responses of a test set for
// the corpus-level Dist-n of [li], the responses to one context for interDist,
// and a single response for intraDist.
func Dist(n int, responses [][]string) float64 {
	return dist(pool(newNumbering().all(responses, n), n))
}

func dist(counts []tally) float64 {
	if len(counts) == 0 {
		return 0
	}
	return float64(len(counts)) / total(counts)
}
