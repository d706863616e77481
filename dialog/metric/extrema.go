package metric

import "math"

// extremaCosine returns the cosine between the vector extrema of two texts
// [forgues]. A text's extremum is, in each dimension, the value farthest from 0
// among its words, the positive one on a tie:
//
//	e_d = max_w v_w,d if max_w v_w,d ≥ |min_w v_w,d|, else min_w v_w,d
//
// It is from −1 to 1; higher is nearer in meaning. Words without a vector do not
// count; it is NaN where a text has none with one.
func extremaCosine(a, b []vector) float64 { return cosine(extremum(a), extremum(b)) }

// extremum is nil for no words. It may start from 0, from which no value is
// nearer than 0 itself.
func extremum(words []vector) []float64 {
	var out []float64
	for _, w := range words {
		if out == nil {
			out = make([]float64, len(w.values))
		}
		for d, value := range w.values {
			x := float64(value)
			if far := math.Abs(x) - math.Abs(out[d]); far > 0 || far == 0 && x > out[d] {
				out[d] = x
			}
		}
	}
	return out
}
