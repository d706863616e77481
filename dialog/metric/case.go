package metric

// A Case is one context and the responses to it that are judged.
type Case struct {
	Context    [][]string // turns, oldest first; nil: not known
	References [][]string // responses that people gave; nil: not known
	Responses  [][]string // N
}

// Vocabulary returns the words of all texts of the cases: those whose vectors
// Measure needs.
func Vocabulary(cases []Case) map[string]bool {
	words := make(map[string]bool)
	for _, c := range cases {
		for _, texts := range [][][]string{c.Context, c.References, c.Responses} {
			for _, tokens := range texts {
				for _, word := range tokens {
					words[word] = true
				}
			}
		}
	}
	return words
}
