package metric

import "math"

// Entropy returns Ent-n, the entropy of the n-grams of a set of responses, in
// nats [zhang]:
//
//	Ent-n = −Σ_w F(w)/F ln( F(w)/F ),  F(w) the count of n-gram w, F = Σ_w F(w)
//
// It is from 0 to ln F; higher is more diverse. It grows with the set, so
// compare only sets of equal size. It is 0 for n < 1 and for a set without an
// n-gram.
func Entropy(n int, responses [][]string) float64 {
	return entropy(n, newNumbering().all(responses, n))
}

// entropy is Entropy as ln F − Σ F(w) ln F(w) / F.
func entropy(n int, set []ngrams) float64 {
	grams := pool(set, n)
	if len(grams) == 0 {
		return 0
	}
	var sum float64
	for _, t := range tallies(grams) {
		sum += float64(t.count) * math.Log(float64(t.count))
	}
	total := float64(len(grams))
	return max(0, math.Log(total)-sum/total)
}
