package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is the longest run of runes without a space. It bounds the work and
// the memory that one hostile line can cost; no word of a language is so long.
const maxWord = 100

// Sanitise returns text in the one form that all tokenizers work on: valid
// UTF-8 in Unicode normalisation form C, every white space a plain space, and no
// control, format (Cf), variation selector (they would be words of their own),
// unassigned or replacement characters. Of the format characters the joiners
// U+200C and U+200D stay inside words, which Persian spells with them, and
// inside emoji. A run of more than 100 runes without a
// space is broken by a space after each hundredth.
// Sanitise(Sanitise(text)) == Sanitise(text) for any bytes.
func Sanitise(text string) string {
	if isPlain(text) {
		return text
	}
	text = strings.Map(sanitiseRune, strings.ToValidUTF8(text, ""))
	return joined(breakRuns(norm.NFC.String(joined(text))))
}

// isJoiner reports whether r is a zero-width non-joiner or joiner.
func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// joined drops the joiners that do not stand between two characters of a word or
// of an emoji.
func joined(text string) string {
	if !strings.ContainsFunc(text, isJoiner) {
		return text
	}
	var b strings.Builder
	before := ' '
	for i, r := range text {
		if isJoiner(r) {
			if after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):]); !isJoined(before) || !isJoined(after) || unicode.Is(accents, after) {
				continue
			}
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// accents are the marks that letters are composed with. No joiner belongs before one.
var accents = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x300, Hi: 0x36f, Stride: 1}}}

// isJoined reports whether a joiner may stand beside r.
func isJoined(r rune) bool {
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So, unicode.Sk)
}

// isPlain reports whether text is printable ASCII without over-long runs, so
// that there is nothing to sanitise.
func isPlain(text string) bool {
	run := 0
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c > '~' {
			return false
		}
		if run++; c == ' ' {
			run = 0
		}
		if run > maxWord {
			return false
		}
	}
	return true
}

// sanitiseRune maps white space to a space and what must go to -1.
func sanitiseRune(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case !isAllowed(r):
		return -1
	}
	return r
}

// isAllowed reports whether r, if it is not white space, stays in the text.
// Unassigned code points go because their properties, hence the word
// boundaries, would depend on the Unicode version of whoever reads the file.
func isAllowed(r rune) bool {
	return isJoiner(r) || r != utf8.RuneError && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Cn, unicode.Variation_Selector)
}

// breakRuns puts a space into every run of more than maxWord runes.
func breakRuns(text string) string {
	if len(text) <= maxWord {
		return text
	}
	var b strings.Builder
	run := 0
	for _, r := range text {
		if r == ' ' {
			run = 0
		} else if run++; run > maxWord {
			b.WriteByte(' ')
			run = 1
		}
		b.WriteRune(r)
	}
	return b.String()
}
