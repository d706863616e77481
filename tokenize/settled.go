package tokenize

import "strings"

// settled is the beginning of Detokenise(words) that stays as it is whatever words
// follow. A word is written as its neighbours want it, so the last is open, and so is
// all from an apostrophe on that may yet open a quote.
func settled(words []string) string {
	d := detokeniser{words: words, startsSentence: true}
	for i := range len(words) - 1 {
		if d.isOpen(i) {
			break
		}
		d.write(i)
	}
	// A joiner at the end goes if it will join nothing.
	return strings.TrimRightFunc(joined(d.text.String()), isJoiner)
}

// isOpen reports whether words[i] is an apostrophe that a later word may make the
// beginning of a quote.
func (d *detokeniser) isOpen(i int) bool {
	if word := d.words[i]; word != "'" && word != "’" || d.contracts(i) || d.inSingle {
		return false
	}
	for j := i + 1; j < len(d.words)-1; j++ {
		if d.endsQuote(j) {
			return false
		}
	}
	return true
}
