package corpora

import (
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/dialog"
)

// sentencesFormat reads a plain sentence a line, such as the files of the Penn
// Treebank in Mikolov's form. Blank lines are passed over.
func sentencesFormat() Format {
	return Format{
		Name:    "sentences",
		Title:   "Plain text, a sentence a line",
		Layout:  "one .txt file; or a folder with train.txt valid.txt test.txt, or NAME.train.txt and so on",
		Licence: yours,
		Turns:   sentences,
		match: func(s site) string {
			file := s.aFile(textExtensions...)
			if file == "" || !most(head(file), isPlain) {
				return ""
			}
			return shown(filepath.Base(file)) + " holds plain lines"
		},
		parts: func(s site) ([]part, error) {
			return lineParts("sentences", s, readSentences, textExtensions...)
		},
	}
}

// textExtensions are those of plain text, with or without one.
var textExtensions = []string{"txt", ""}

func readSentences(path string) source { return eachLine(path, parseSentence) }

func parseSentence(text string) (dialog.Dialogue, error) { return sentence(text, ""), nil }

// isPlain tells whether a line is neither a record of another format nor
// binary.
func isPlain(line string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(line))
	return first != '{' && first != '[' && !strings.ContainsAny(line, "\t\x00") && !strings.Contains(line, endOfTurn)
}

// most tells whether more than half of the lines are so: a bad line among the
// first is to be reported by number, not to hide the format.
func most(lines []string, are func(string) bool) bool {
	n := 0
	for _, l := range lines {
		if are(l) {
			n++
		}
	}
	return 2*n > len(lines)
}
