package corpora

import (
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format sentences reads a plain sentence a line, such as the files of the Penn
// Treebank in Mikolov's form. Blank lines are passed over, but a file that has
// them is detected as format text.

// textExtensions are those of plain text, with or without one.
var textExtensions = []string{"txt", ""}

func parseSentence(text string) (dialog.Dialogue, error) { return source.Sentence(text, ""), nil }

func isSentences(file string) bool {
	return isPlainFile(file) && !hasBlank(file) && !isNamed(textfile.Head(file))
}

// isPlainFile tells whether most lines at the beginning of a file are plain.
func isPlainFile(path string) bool {
	lines := textfile.Head(path)
	if !most(lines, isPlain) || isFBDialog(lines) {
		return false
	}
	_, isTable := fitOf(path, Shapes())
	return !isTable
}

// isPlain tells whether a line is neither a record of another format, such as
// JSON, a table with TABs or two |, or markup, nor binary.
func isPlain(line string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(line))
	if strings.Count(line, "|") > 1 || strings.Contains(line, cornellMark) || first == '<' && strings.Contains(line, "</") {
		return false
	}
	return first != '{' && first != '[' && !strings.ContainsAny(line, "\t\x00") && !strings.Contains(line, endOfTurn)
}

// isNamed tells whether every line begins with one of a few speakers, so that
// a blank line may have been forgotten.
func isNamed(texts []string) bool {
	lines := make([]textfile.Line, len(texts))
	for i, t := range texts {
		lines[i].Text = t
	}
	return namesOf(lines) != nil
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
