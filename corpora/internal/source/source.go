// Package source makes dialogues of files: one a line, or one of several lines.
package source

import (
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Dialogues streams the dialogues of one file, from its beginning at every
// call. It goes on after a malformed line; any other error is its last element.
type Dialogues = iter.Seq2[dialog.Dialogue, error]

// Lines is the source of a file with a dialogue on each line that is not blank.
// An error of parse says what is wrong with the line; a dialogue without turns and
// without an error is a line to pass over.
func Lines(path string, parse func(text string) (dialog.Dialogue, error)) Dialogues {
	return Numbered(path, func(l textfile.Line) (d dialog.Dialogue, err error) {
		if strings.TrimSpace(l.Text) != "" {
			d, err = parse(l.Text)
		}
		return d, err
	})
}

// Numbered is Lines for a parse that asks for the number of the line, which may be blank.
func Numbered(path string, parse func(textfile.Line) (dialog.Dialogue, error)) Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		for l, err := range textfile.Lines(path) {
			var d dialog.Dialogue
			if err == nil {
				if d, err = parse(l); err != nil {
					err = fault.At(path, l.Number, err.Error())
				} else if len(d.Turns) == 0 {
					continue
				}
			}
			d.ID = ID(path, l.Number)
			if !yield(d, err) {
				return
			}
		}
	}
}

// ID names a dialogue by its file and line, the same whether or not the
// file is compressed.
func ID(path string, number int) string {
	return textfile.Bare(filepath.Base(path)) + ":" + strconv.Itoa(number)
}

// Sentence is the dialogue of one sentence; a blank one has no turns. A label
// may be empty.
func Sentence(text, label string) dialog.Dialogue {
	if text = strings.TrimSpace(text); text == "" {
		return dialog.Dialogue{}
	}
	d := dialog.Dialogue{Turns: []dialog.Turn{{Speaker: Speaker(0), Text: text}}}
	if label != "" {
		d.Labels = map[string]string{"label": label}
	}
	return d
}

// Speaker names one of two speakers whose corpus does not, who alternate.
func Speaker(turn int) string { return [...]string{"A", "B"}[turn%2] }

// Renamed puts the folder of a file into the IDs of its dialogues, since files
// of two folders may have one name.
func Renamed(s Dialogues, name string) Dialogues {
	folder := name[:strings.LastIndex(name, "/")+1]
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range s {
			d.ID = folder + d.ID
			if !yield(d, err) {
				return
			}
		}
	}
}
