package run

import "unicode"

// isWord tells whether a token has two letters or is one that stands alone in writing without an alphabet.
func isWord(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return letters > 1
}
