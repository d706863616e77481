package corpora

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format parlai reads the text files of ParlAI (Miller et al. 2017, "ParlAI: A
// Dialog Research Software Platform"). A line has fields name:value with TABs
// between them: text is a turn, the first of labels or eval_labels, which |
// separates, is the response to it, and episode_done:True ends the dialogue.
// Other fields are passed over. In a turn \n is a line break, \t a TAB and
// __PIPE__ a |.

var parlAIGrammar = source.Grammar{
	Last: func(text string) bool {
		fields, _ := parlAIFields(text)
		return fields.done
	},
	Parse: parseParlAI,
}

// parlAILine is what a line says.
type parlAILine struct {
	text, label string // empty: not there
	labelled    bool   // has a field for labels
	done        bool
}

// parlAIFields takes a line apart. With an error, done still holds.
func parlAIFields(text string) (l parlAILine, err error) {
	for field := range strings.SplitSeq(text, "\t") {
		name, value, found := strings.Cut(field, ":")
		switch name = strings.TrimSpace(name); {
		case strings.TrimSpace(field) == "":
		case !found:
			err = fmt.Errorf(`%s has no name and colon before it; a TAB inside a turn is written \t`, fault.Excerpt(field))
		case name == "text":
			l.text = unescapeParlAI(value)
		case name == "labels", name == "eval_labels":
			first, _, _ := strings.Cut(value, "|")
			l.label, l.labelled = unescapeParlAI(first), true
		case name == "episode_done":
			l.done = strings.EqualFold(strings.TrimSpace(value), "true") || strings.TrimSpace(value) == "1"
		}
	}
	if err == nil && l.text == "" && l.label == "" {
		err = errors.New("there is neither a text: nor a labels: with something in it")
	}
	return l, err
}

// The escapes of ParlAI. It has none for what looks like one, into which goes a
// space.
var (
	parlAIEscapes   = strings.NewReplacer(`\n`, `\ n`, `\t`, `\ t`, "__PIPE__", "__PIPE __", "\n", `\n`, "\t", `\t`, "|", "__PIPE__")
	parlAIUnescapes = strings.NewReplacer(`\n`, "\n", `\t`, "\t", "__PIPE__", "|")
)

func unescapeParlAI(text string) string { return strings.TrimSpace(parlAIUnescapes.Replace(text)) }

func parseParlAI(lines []textfile.Line) (dialog.Dialogue, error) {
	var p pairs
	for _, l := range lines {
		fields, err := parlAIFields(l.Text)
		if err != nil {
			return dialog.Dialogue{}, fault.At("", l.Number, err.Error())
		}
		p.add(fields.text, fields.label)
	}
	return p.dialogue(), nil
}

// pairs are the turns of a dialogue written as texts and responses to them.
type pairs struct {
	turns []dialog.Turn
	sides []int // 0: of a text, 1: of a response
}

// add adds a text and its response, each of which may be missing.
func (p *pairs) add(text, response string) {
	for side, t := range []string{text, response} {
		if t != "" {
			p.turns, p.sides = append(p.turns, dialog.Turn{Text: t}), append(p.sides, side)
		}
	}
}

// dialogue names the speaker of the first turn A, whichever side that is.
func (p *pairs) dialogue() dialog.Dialogue {
	for i, side := range p.sides {
		p.turns[i].Speaker = source.Speaker(side + p.sides[0])
	}
	return dialog.Dialogue{Turns: p.turns}
}

// isParlAI tells whether most lines have the fields and some a response.
func isParlAI(lines []string) bool {
	responses := slices.ContainsFunc(lines, func(l string) bool {
		fields, _ := parlAIFields(l)
		return fields.labelled
	})
	return responses && most(lines, func(l string) bool {
		_, err := parlAIFields(l)
		return err == nil
	})
}
