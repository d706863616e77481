package metric

import "math"

// greedyCosine returns the greedy match of two texts: each word's cosine with
// the other text's most similar word, averaged in both directions [rus]:
//
//	greedy = ½ ( 1/|a| Σ_{w∈a} max_{u∈b} cos(v_w, v_u) + 1/|b| Σ_{u∈b} max_{w∈a} cos(v_w, v_u) )
//
// It is from −1 to 1; higher is nearer in meaning. Words without a vector do not
// count; it is NaN where a text has none with one.
func greedyCosine(a, b []vector) float64 {
	if len(a) == 0 || len(b) == 0 {
		return math.NaN()
	}
	best := make([]float64, len(b))
	for j := range best {
		best[j] = -1
	}
	var rows, columns mean
	for _, w := range a {
		top := -1.0
		for j, u := range b {
			c := wordCosine(w, u)
			top, best[j] = max(top, c), max(best[j], c)
		}
		rows.add(top)
	}
	for _, c := range best {
		columns.add(c)
	}
	return (rows.value() + columns.value()) / 2
}
