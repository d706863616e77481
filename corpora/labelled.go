package corpora

import (
	"errors"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// Format labelled reads label<TAB>sentence lines. The label of the dialogue is
// Labels["label"].

func parseLabelled(text string) (dialog.Dialogue, error) {
	label, rest, found := strings.Cut(text, "\t")
	switch {
	case !found:
		return dialog.Dialogue{}, errors.New("there is no TAB between a label and a sentence")
	case strings.TrimSpace(label) == "":
		return dialog.Dialogue{}, errors.New("the label before the TAB is empty")
	case strings.TrimSpace(rest) == "":
		return dialog.Dialogue{}, errors.New("the sentence after the TAB is empty")
	}
	return source.Sentence(rest, strings.TrimSpace(label)), nil
}

// wordsIn counts the words of a text. In a script without spaces between words a few
// letters are one.
func wordsIn(text string) int {
	const few = 3
	n := len(strings.Fields(text))
	letters := 0
	for _, r := range text {
		if unicode.IsOneOf(unspaced, r) {
			letters++
		}
	}
	return n + letters/(few+1)
}

// isLabelled tells whether a line has one TAB after one word. Labels of
// several words are read, but not detected.
func isLabelled(line string) bool {
	label, rest, found := strings.Cut(line, "\t")
	return found && wordsIn(label) == 1 && label[0] != '{' &&
		strings.TrimSpace(rest) != "" && !strings.Contains(rest, "\t")
}
