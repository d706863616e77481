package main

import (
	"cmp"
	"slices"
	"strings"
)

// nearest returns the candidate that name is most likely a slip of; empty when
// none is near. A name without its group, learning_rate for
// optimiser.learning_rate, counts as near.
func nearest(name string, candidates []string) string {
	best, least := "", len([]rune(name))/2+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		d := distance(name, c)
		if _, last, grouped := strings.Cut(c, "."); grouped {
			d = min(d, 1+distance(name, last))
		}
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// didYouMean is the end of a message; empty without a suggestion.
func didYouMean(prefix, suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return "; did you mean " + prefix + suggestion + "?"
}

// distance is the number of runes to insert, delete or replace to make b of a
// (Levenshtein 1966).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range s {
		diagonal := row[0]
		row[0] = i + 1
		for j, u := range t {
			replaced := diagonal + cmp.Compare(r, u)*cmp.Compare(r, u)
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}
