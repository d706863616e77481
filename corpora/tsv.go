package corpora

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format tsv reads context<TAB>response lines. With more columns, all but the
// last are turns of the context, in order; empty ones before the first are
// padding. A first line whose columns are named context… and response is a
// header. There is no quoting: a text has no TAB and no line break.

func readTSV(path string) source.Dialogues {
	return source.Numbered(path, func(l textfile.Line) (dialog.Dialogue, error) {
		if l.Number == 1 && isHeader(l.Text) {
			return dialog.Dialogue{}, nil
		}
		return parseTSV(l.Text)
	})
}

// isHeader tells whether a line names columns: context or context and more in
// the first, response in the last.
func isHeader(text string) bool {
	columns := strings.Split(strings.ToLower(text), "\t")
	return len(columns) > 1 && strings.HasPrefix(strings.TrimSpace(columns[0]), "context") &&
		strings.TrimSpace(columns[len(columns)-1]) == "response"
}

// parseTSV parses the turns of one line; a blank line has none.
func parseTSV(text string) (dialog.Dialogue, error) {
	if strings.TrimSpace(text) == "" {
		return dialog.Dialogue{}, nil
	}
	columns := strings.Split(text, "\t")
	if len(columns) == 1 {
		return dialog.Dialogue{}, errors.New("there is no TAB between a context and a response")
	}
	var d dialog.Dialogue
	for i, c := range columns {
		if c = strings.TrimSpace(c); c != "" {
			d.Turns = append(d.Turns, dialog.Turn{Speaker: source.Speaker(len(d.Turns)), Text: c})
		} else if len(d.Turns) > 0 || i == len(columns)-1 {
			return dialog.Dialogue{}, fmt.Errorf("column %d is empty", i+1)
		}
	}
	return d, nil
}
