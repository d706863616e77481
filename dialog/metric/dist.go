package metric

import "encoding/binary"

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
// the corpus-level Dist-n of Li et al. 2016 (A Diversity-Promoting Objective
// Function for Neural Conversation Models, NAACL), the N responses to one
// context for the inter-dist of Gu et al. 2019 (DialogWAE, ICLR), and a single
// response for their intra-dist.
func Dist(n int, responses [][]string) float64 {
	if n < 1 {
		return 0
	}
	total := 0
	different := make(map[string]struct{})
	for _, tokens := range responses {
		for i := 0; i+n <= len(tokens); i++ {
			different[gram(tokens[i:i+n])] = struct{}{}
			total++
		}
	}
	if total == 0 {
		return 0
	}
	return float64(len(different)) / float64(total)
}

// gram returns a key that equal n-grams share and no others: a token may hold
// any character, so that no separator would do.
func gram(tokens []string) string {
	var key []byte
	for _, token := range tokens {
		key = binary.AppendUvarint(key, uint64(len(token)))
		key = append(key, token...)
	}
	return string(key)
}
