package metric

// averageCosine returns the cosine between the mean word vectors of two texts
// [liu]:
//
//	average = cos( 1/|a| Σ_{w∈a} v_w, 1/|b| Σ_{w∈b} v_w )
//
// It is from −1 to 1; higher is nearer in meaning. Words without a vector do not
// count; it is NaN where a text has none with one, or where a mean is zero.
func averageCosine(a, b []vector) float64 { return cosine(sumOf(a), sumOf(b)) }

// sumOf is |words| times their mean, which points the same way; nil for none.
func sumOf(words []vector) []float64 {
	var sum []float64
	for _, w := range words {
		if sum == nil {
			sum = make([]float64, len(w.values))
		}
		for d, x := range w.values {
			sum[d] += float64(x)
		}
	}
	return sum
}
