package tokenize

import "strings"

// surface writes bytes in characters of the alphabet.
func (a *alphabet) surface(piece string) string {
	var b strings.Builder
	for i := range len(piece) {
		b.WriteRune(a.char[piece[i]])
	}
	return b.String()
}
