package metric

import "math"

// entropy returns Ent-n, the entropy of the n-grams of a set of responses, in
// nats [zhang]:
//
//	Ent-n = −Σ_w F(w)/F ln( F(w)/F ),  F(w) the count of n-gram w, F = Σ_w F(w)
//
// It is from 0 to ln F; higher is more diverse. It grows with the set, so
// compare only sets of equal size. It is computed as ln F − Σ F(w) ln F(w) / F,
// and 0 for a set without an n-gram.
func entropy(counts []tally) float64 {
	if len(counts) == 0 {
		return 0
	}
	var sum float64
	for _, t := range counts {
		sum += float64(t.count) * math.Log(float64(t.count))
	}
	f := total(counts)
	return max(0, math.Log(f)-sum/f)
}
