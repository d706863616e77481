package metric

import "slices"

// Distinct returns how many different responses a context got, mean over
// contexts:
//
//	distinct = mean_c |{different responses to c}|
//
// It is from 1 to the number of responses a context; higher is more diverse. Two
// responses are equal when all their tokens are. Contexts without a response do
// not count; with none left it is NaN.
func Distinct(contexts [][][]string) float64 {
	var m mean
	for _, responses := range contexts {
		if len(responses) > 0 {
			m.add(float64(len(different(responses))))
		}
	}
	return m.value()
}

// different returns a set's different responses, sorted.
func different(responses [][]string) [][]string {
	sorted := slices.Clone(responses)
	slices.SortFunc(sorted, slices.Compare)
	return slices.CompactFunc(sorted, slices.Equal)
}
