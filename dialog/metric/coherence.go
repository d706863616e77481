package metric

// Coherence returns how near a set of responses stays to their context: the
// averageCosine of a response and all turns of the context as one text, mean
// over responses [xu]:
//
//	coherence = 1/N Σ_i cos( mean_{w∈context} v_w, mean_{w∈h_i} v_w )
//
// It is from −1 to 1; higher is nearer in meaning to the context. Texts without
// a word that has a vector do not count; it is NaN when nothing is left.
func Coherence(v *Vectors, context, responses [][]string) float64 {
	var words []vector
	for _, turn := range context {
		words = append(words, v.known(turn)...)
	}
	var m mean
	for _, tokens := range responses {
		m.add(averageCosine(words, v.known(tokens)))
	}
	return m.value()
}
