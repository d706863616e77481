package textfile

import (
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Western cuts a file of a corpus whose files are Latin-1 or Windows-1252, or
// copies of them in UTF-8, into its lines. The encoding is told line by line: a
// text in Windows-1252 that has letters beyond ASCII is hardly ever UTF-8 by
// accident.
func Western(f *File, path string) iter.Seq2[Line, error] {
	return decodedLines(f, path, asWindows1252)
}

// asWindows1252 is the text of bytes that are UTF-8 or else Windows-1252. The
// characters U+0080 to U+009F, which no text has, are Windows-1252 that was
// once taken for Latin-1.
func asWindows1252(raw []byte) (string, bool) {
	if !utf8.Valid(raw) {
		var b strings.Builder
		for _, c := range raw {
			b.WriteRune(charmap.Windows1252.DecodeByte(c))
		}
		return b.String(), true
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r <= 0x9f {
			return charmap.Windows1252.DecodeByte(byte(r))
		}
		return r
	}, string(raw)), true
}
