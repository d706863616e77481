package metric

// Length returns the mean length of a set of responses in tokens, without </s>:
//
//	length = tokens / responses
//
// Neither direction is better in itself: the length of human responses is the
// mark. It is NaN for no responses.
func Length(responses [][]string) float64 {
	var m mean
	for _, tokens := range responses {
		m.add(float64(len(tokens)))
	}
	return m.value()
}
