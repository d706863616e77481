package tokenize

import (
	"strings"
	"unicode"
)

// A step is one change of a text before it is split.
type step func(string) string

// lowercase maps rune by rune, without regard to context (a final sigma becomes σ),
// as Hugging Face's Lowercase does. İ is the only rune that becomes two, which
// strings.ToLower does not do.
func lowercase(text string) string { return strings.ToLower(strings.ReplaceAll(text, "İ", "i\u0307")) }

// stripAccents removes all marks, as Hugging Face's StripAccents does. It takes
// text that was decomposed.
func stripAccents(text string) string { return removing(isMark)(text) }

func removing(set func(rune) bool) step {
	return func(text string) string {
		return strings.Map(func(r rune) rune {
			if set(r) {
				return -1
			}
			return r
		}, text)
	}
}

// isMark is what Hugging Face's StripAccents takes for a mark.
func isMark(r rune) bool {
	return r >= 0x300 && (unicode.IsMark(r) && !unicode.Is(notYetMarks, r) || r == 0x1cf2 || r == 0x1cf3)
}
