package textfile

import (
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// MaxLine is the longest line in bytes, after decompression, that is read.
const MaxLine = 1 << 20

// A Line is one line of a text file.
type Line struct {
	Number int // 1-based
	Text   string
}

// Lines streams the lines of a file. After a malformed line (too long, or not
// UTF-8) it goes on; any other error is its last element.
func Lines(path string) iter.Seq2[Line, error] { return Texts(path, UTF8) }

// A Cut makes texts of an open file, each with the number of its first line;
// path is for messages. UTF8, Western and those of jsontext are the ones.
type Cut func(f *File, path string) iter.Seq2[Line, error]

// Texts streams what cut makes of a file.
func Texts(path string, cut Cut) iter.Seq2[Line, error] { return texts(path, Open, cut) }

// HeadTexts is Texts for the beginning of a file, which detection reads.
func HeadTexts(path string, cut Cut) iter.Seq2[Line, error] { return texts(path, OpenHead, cut) }

func texts(path string, open func(string) (*File, error), cut Cut) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f, err := open(path)
		if err != nil {
			yield(Line{}, err)
			return
		}
		defer f.Close()
		cut(f, path)(yield)
	}
}

// Head returns the first readable lines of a file that are not blank.
func Head(path string) []string { return HeadOf(path, UTF8) }

// HeadOf returns the first readable texts that cut makes of a file.
func HeadOf(path string, cut Cut) (first []string) {
	const most = 100
	seen := 0
	for l, err := range HeadTexts(path, cut) {
		if err == nil && strings.TrimSpace(l.Text) != "" {
			first = append(first, l.Text)
		}
		if seen++; len(first) == most || seen == 2*most {
			break
		}
	}
	return first
}

// UTF8 cuts a file into its lines.
func UTF8(f *File, path string) iter.Seq2[Line, error] { return decodedLines(f, path, asUTF8) }

// decodedLines cuts a file into lines that decode makes UTF-8, where it can.
func decodedLines(f *File, path string, decode func(raw []byte) (string, bool)) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		var buf []byte
		for n := 1; ; n++ {
			raw, tooLong, err := f.readLine(buf)
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Line{}, fault.CannotRead(path, err))
				return
			}
			buf = raw
			var bad error
			text, ok := decode(raw)
			switch {
			case tooLong:
				text, bad = "", fault.At(path, n, "the line is longer than 1 MiB")
			case !ok:
				bad = fault.At(path, n, "the line is not UTF-8"+Advice(raw))
			case strings.IndexByte(text, 0) >= 0:
				text, bad = "", fault.At(path, n, "the line holds a NUL byte, as UTF-16 does")
			}
			if !yield(Line{n, text}, bad) {
				return
			}
		}
	}
}

// asUTF8 is the text of bytes that are UTF-8.
func asUTF8(raw []byte) (string, bool) {
	if !utf8.Valid(raw) {
		return "", false
	}
	return string(raw), true
}

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
