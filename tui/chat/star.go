package chat

import (
	"slices"

	"github.com/cvae-go/cvae/dialog"
)

// noStar is what star returns where no candidate stands out.
const noStar = -1

// star is the candidate with words, and without a loop, that differs most from the others: the first with the largest mean distance, which is the share of the words of two
// candidates that only one of them has. Where all are equally far from each other, none stands out.
func star(all []dialog.Response) int {
	mean := make([]float64, len(all))
	words := make([]map[string]bool, len(all))
	for i, r := range all {
		words[i] = map[string]bool{}
		for _, t := range r.Tokens {
			words[i][t] = true
		}
	}
	most, least := 0.0, 1.0
	for i, r := range all {
		if r.IsBlank() || dialog.Loops(r.Text) {
			continue // it differs, and nobody wants it
		}
		for j := range all {
			if i != j {
				mean[i] += apartness(words[i], words[j]) / float64(len(all)-1)
			}
		}
		most, least = max(most, mean[i]), min(least, mean[i])
	}
	const slight = 1e-9
	if len(all) < 3 || most-least <= slight {
		return noStar
	}
	return slices.IndexFunc(mean, func(d float64) bool { return most-d < slight })
}

// apartness is one less the share of the words of a and b that both have (the Jaccard distance); two without words are alike.
func apartness(a, b map[string]bool) float64 {
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	if all := len(a) + len(b) - both; all > 0 {
		return 1 - float64(both)/float64(all)
	}
	return 0
}
