package corpora

import (
	"path"
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format ubuntulogs reads the dialogues of the Ubuntu Dialogue Corpus (Lowe et al. 2015) before
// they are made examples: a file a dialogue, TIME, FROM, TO and text with TABs between them.

func ubuntuPlace(name string) (dialog.Split, bool) {
	split, _ := splitIn(path.Dir(name))
	return split, path.Ext(textfile.Bare(name)) == ".tsv"
}

var stamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d`)

func isUbuntuLine(line string) bool {
	c := strings.Split(line, "\t")
	return len(c) == 4 && stamp.MatchString(c[0]) && c[1] != ""
}

// ubuntuGrammar makes one dialogue of the lines of a file. Turns of one speaker that follow
// each other stay apart.
var ubuntuGrammar = source.Grammar{Parse: func(lines []textfile.Line) (dialog.Dialogue, error) {
	var d dialog.Dialogue
	for _, l := range lines {
		if !isUbuntuLine(l.Text) {
			return d, fault.At("", l.Number, "the line is not TIME, FROM, TO and text with TABs between them")
		}
		if c := strings.Split(l.Text, "\t"); strings.TrimSpace(c[3]) != "" {
			d.Turns = append(d.Turns, dialog.Turn{Speaker: c[1], Text: c[3]})
		}
	}
	return d, source.Spoken(d.Turns)
}}
