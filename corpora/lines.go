package corpora

import (
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/dialog"
)

// maxLine is the longest line in bytes, after decompression, that is read.
const maxLine = 1 << 20

// A line is one line of a text file.
type line struct {
	number int // 1-based
	text   string
}

// lines streams the lines of a file. After a malformed line (too long, or not
// UTF-8) it goes on; any other error is its last element.
func lines(path string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		f, err := openText(path)
		if err != nil {
			yield(line{}, err)
			return
		}
		defer f.Close()
		for l, err := range linesOf(f, path) {
			if !yield(l, err) {
				return
			}
		}
	}
}

// linesOf is lines of a file that is open; path is for messages.
func linesOf(f *textFile, path string) iter.Seq2[line, error] { return decodedLines(f, path, asUTF8) }

// decodedLines is linesOf for a text that decode makes UTF-8, where it can.
func decodedLines(f *textFile, path string, decode func(raw []byte) (string, bool)) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		var buf []byte
		for n := 1; ; n++ {
			raw, tooLong, err := f.readLine(buf)
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(line{}, cannotRead(path, err))
				return
			}
			buf = raw
			var bad error
			text, ok := decode(raw)
			switch {
			case tooLong:
				text, bad = "", &malformed{path, n, "the line is longer than 1 MiB"}
			case !ok:
				bad = &malformed{path, n, "the line is not UTF-8"}
			case strings.IndexByte(text, 0) >= 0:
				text, bad = "", &malformed{path, n, "the line holds a NUL byte, as UTF-16 does"}
			}
			if !yield(line{n, text}, bad) {
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

// eachLine is eachNumbered for a parse that does not ask for the number.
func eachLine(path string, parse func(text string) (dialog.Dialogue, error)) source {
	return eachNumbered(path, func(l line) (dialog.Dialogue, error) { return parse(l.text) })
}

// eachNumbered is the source of a file with a dialogue on each line. An error
// of parse says what is wrong with the line; a dialogue without turns and
// without an error is a line to pass over.
func eachNumbered(path string, parse func(line) (dialog.Dialogue, error)) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		for l, err := range lines(path) {
			var d dialog.Dialogue
			if err == nil {
				if d, err = parse(l); err != nil {
					err = &malformed{path, l.number, err.Error()}
				} else if len(d.Turns) == 0 {
					continue
				}
			}
			d.ID = lineID(path, l.number)
			if !yield(d, err) {
				return
			}
		}
	}
}

// lineID names a dialogue by its file and line, the same whether or not the
// file is compressed.
func lineID(path string, number int) string {
	return bare(filepath.Base(path)) + ":" + strconv.Itoa(number)
}

// sentence is the dialogue of one sentence; a blank one has no turns. A label
// may be empty.
func sentence(text, label string) dialog.Dialogue {
	if text = strings.TrimSpace(text); text == "" {
		return dialog.Dialogue{}
	}
	d := dialog.Dialogue{Turns: []dialog.Turn{{Speaker: speakers[0], Text: text}}}
	if label != "" {
		d.Labels = map[string]string{"label": label}
	}
	return d
}

// speakers are the names of two speakers whose corpus does not name them.
var speakers = [2]string{"A", "B"}
