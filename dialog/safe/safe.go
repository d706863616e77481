// Package safe keeps what leaves the program from doing anything to a terminal or an
// editor but being shown: escape sequences, C1 controls and characters that reorder
// text stand in corpora, labels, names of files and logs.
package safe

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Joiners may stand in text: they join letters of Persian and emoji to one another,
// and move nothing.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// shows reports whether a terminal only shows r. Spaces of every width do.
func shows(r rune) bool {
	return strconv.IsPrint(r) || r == nonJoiner || r == joiner || unicode.Is(unicode.Zs, r)
}

// Line is s on one line: what does not only show is escaped as Go does it. A joiner
// shows inside a word or an emoji alone.
func Line(s string) string {
	var j joints
	return escaped(s, func(r rune, rest string) bool { return j.pass(r, rest) || strconv.IsPrint(r) })
}

// Argument is s as it may stand in a command line: in quotes where it holds a space or another character of the shell,
// and escaped as Go does it where it would disturb a terminal.
func Argument(s string) string {
	switch {
	case s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }):
		return strconv.Quote(s)
	case strings.ContainsAny(s, " \t'\"$&()*;<>?[\\]`{|}~!#"):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// Joined is s without the joiners that join nothing.
func Joined(s string) string {
	var j joints
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s) // 1 for a byte that is no UTF-8
		if passes := j.pass(r, s[size:]); passes || r != nonJoiner && r != joiner {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// joints follow a text, whose joiners join what shows on both sides of them.
type joints struct{ open bool } // what is before may be joined to what follows

// pass reports whether a joiner joins, and another character shows.
func (j *joints) pass(r rune, rest string) bool {
	isJoiner := r == nonJoiner || r == joiner
	passes := strconv.IsPrint(r) || isJoiner && j.open && isPrinted(rest)
	j.open = passes && !isJoiner && r != ' '
	return passes
}

// isPrinted tells whether a text begins with a character that is not escaped and no space.
func isPrinted(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && r != utf8.RuneError && r != ' ' && strconv.IsPrint(r)
}

// Text is s with its line ends and tabs, and all else as in [Line] but for joiners
// and wide spaces, which pass.
func Text(s string) string {
	return escaped(s, func(r rune, _ string) bool { return r == '\n' || r == '\t' || shows(r) })
}

// escaped escapes the characters that do not pass, which are asked for with what follows
// them.
func escaped(s string, passes func(r rune, rest string) bool) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case passes(r, s[size:]):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// JSON is a JSON text in which control and format characters, which can stand only
// inside strings, are \u escapes. Line ends and tabs between values stay.
func JSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r == '\n' || r == '\t' || !unicode.In(r, unicode.Cc, unicode.Cf) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

// A Writer passes on what is written as [Text] has it, and remembers the first error,
// which a print that nobody checks would lose.
type Writer struct {
	to   io.Writer
	half []byte // the beginning of a character whose end comes with the next Write
	err  error
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

// Write implements io.Writer. The count is that of p.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	text := append(w.half, p...)
	whole := len(text)
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if start := len(text) - n; utf8.RuneStart(text[start]) {
			if !utf8.FullRune(text[start:]) {
				whole = start
			}
			break
		}
	}
	w.half = append([]byte(nil), text[whole:]...)
	if _, w.err = io.WriteString(w.to, Text(string(text[:whole]))); w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// Close writes what is left of a character that never ended, and returns the first
// error of all.
func (w *Writer) Close() error {
	if w.err == nil && len(w.half) > 0 {
		_, w.err = io.WriteString(w.to, Text(string(w.half)))
		w.half = nil
	}
	return w.err
}

// Unwrap is what w writes to, for a view that has the whole terminal.
func (w *Writer) Unwrap() io.Writer { return w.to }
