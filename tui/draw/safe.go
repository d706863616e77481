package draw

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/cvae-go/cvae/dialog/safe"
)

// Safe returns s as one line that a terminal only shows: no escape sequence, no
// control, format, bidirectional or zero-width character passes, so that no
// text of a corpus or a model can move the cursor, change a colour or reorder
// what stands beside it. White space becomes a space, and invalid UTF-8 U+FFFD.
// Combining marks stay where they have something to combine with, and joiners
// inside words and emoji.
func Safe(s string) string {
	const replacement = "\uFFFD"
	s = strings.ToValidUTF8(ansi.Strip(strings.ToValidUTF8(s, replacement)), replacement)
	return apart(safe.Joined(strings.Map(safeRune, s)))
}

// apart cuts what would join the character before or behind s into one, such
// as a combining mark at its beginning, and so change the width of a line.
func apart(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return isJoined("|", string(r)) })
	return strings.TrimRightFunc(s, func(r rune) bool { return isJoined(string(r), "|") })
}

// isJoined reports whether a and b are shown as one character.
func isJoined(a, b string) bool {
	cluster, _ := ansi.FirstGraphemeCluster(a+b, ansi.GraphemeWidth)
	return len(cluster) > len(a)
}

// safeRune maps white space to a space and what must go to -1.
func safeRune(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case r == '\u200c', r == '\u200d':
		return r
	case !unicode.IsPrint(r), unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	}
	return r
}
