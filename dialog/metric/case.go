package metric

// A Case is one context and the responses to it that are judged.
type Case struct {
	Context    [][]string // turns, oldest first; nil: not known
	References [][]string // responses that people gave; nil: not known
	Responses  [][]string // N
}
