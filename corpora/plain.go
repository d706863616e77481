package corpora

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format text reads plain text, a turn a line and a blank line between
// dialogues. When a dialogue has several lines and each of them begins with
// "NAME: ", with at most mostNames different names, the names are the speakers;
// otherwise two speakers alternate and the lines stay as they are.

// textParts are those of split files, or one part of all .txt files.
func textParts(s site.Site) ([]part, error) {
	if !s.Dir || len(s.SplitFiles(textExtensions...)) > 0 {
		return lineParts("text", s, readText, textExtensions...)
	}
	var sources []source.Dialogues
	for _, name := range s.Files {
		if site.Extension(filepath.Base(name)) == "txt" {
			sources = append(sources, source.Renamed(readText(s.At(name)), name))
		}
	}
	if len(sources) == 0 {
		return assign("text", s, nil)
	}
	if len(s.Files) == site.MostFiles {
		return nil, fmt.Errorf("corpora: %s has %d files or more; join them, with a blank line between dialogues", fault.Shown(s.Path), site.MostFiles)
	}
	return []part{wholePart(sources...)}, nil
}

func readText(path string) source.Dialogues { return source.Blocks(path, textGrammar) }

var textGrammar = source.Grammar{
	Last:  func(text string) bool { return strings.TrimSpace(text) == "" },
	Parse: parseText,
}

func parseText(lines []textfile.Line) (dialog.Dialogue, error) {
	names := namesOf(lines)
	d := dialog.Dialogue{Turns: make([]dialog.Turn, len(lines))}
	for i, l := range lines {
		t := dialog.Turn{Speaker: source.Speaker(i), Text: strings.TrimSpace(l.Text)}
		if names != nil {
			t.Speaker = names[i]
			if t.Text = strings.TrimSpace(t.Text[len(names[i])+1:]); t.Text == "" {
				return dialog.Dialogue{}, fault.At("", l.Number, "there is no text after the speaker")
			}
		}
		d.Turns[i] = t
	}
	return d, nil
}

// mostNames is how many speakers of one dialogue are told from accidents such
// as "Note: ".
const mostNames = 8

// namesOf returns the speaker of each line, nil when they are not named.
func namesOf(lines []textfile.Line) []string {
	if len(lines) < 2 {
		return nil
	}
	different := map[string]bool{}
	names := make([]string, len(lines))
	for i, l := range lines {
		name, ok := shape.Named(strings.TrimSpace(l.Text))
		if names[i], different[name] = name, true; !ok || len(different) > mostNames {
			return nil
		}
	}
	return names
}

// hasBlank tells whether a blank line stands between two lines at the
// beginning of a file.
func hasBlank(path string) bool {
	text, blank := false, false
	for l, err := range textfile.HeadTexts(path, textfile.UTF8) {
		switch {
		case err != nil:
		case strings.TrimSpace(l.Text) == "":
			blank = text
		case blank:
			return true
		default:
			text = true
		}
	}
	return false
}
