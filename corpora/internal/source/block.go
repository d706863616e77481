package source

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A Grammar says how the lines of a file make dialogues of several lines. Blank
// lines belong to none.
type Grammar struct {
	// First tells that a line begins another dialogue than the line before it.
	First func(before, text string) bool
	// Last tells that a line, which may be blank, ends its dialogue.
	Last func(text string) bool
	// Parse makes a dialogue of its lines; its fault lacks the file only.
	Parse func([]textfile.Line) (dialog.Dialogue, *fault.Malformed)
}

// Blocks is the source of a file with a dialogue on several lines, whose ID
// has the number of its first. A malformed line makes its dialogue malformed,
// which is one error however many of its lines are.
func Blocks(path string, g Grammar) Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		b := block{path: path, grammar: g}
		for l, err := range textfile.Lines(path) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			if bad == nil && b.before != "" && g.First(b.before, l.Text) && !b.yield(yield) {
				return
			}
			b.add(l, bad)
			if bad == nil && g.Last(l.Text) && !b.yield(yield) {
				return
			}
		}
		b.yield(yield)
	}
}

// block gathers the lines of one dialogue.
type block struct {
	path    string
	grammar Grammar
	lines   []textfile.Line
	size    int    // bytes of lines
	start   int    // number of the first line, also of a malformed block
	before  string // the last readable line
	bad     *fault.Malformed
}

// add adds a line that is not blank, or notes that it is malformed.
func (b *block) add(l textfile.Line, bad *fault.Malformed) {
	if bad == nil && strings.TrimSpace(l.Text) == "" {
		return
	}
	if b.start == 0 {
		b.start = l.Number
	}
	if bad != nil {
		b.fail(bad)
		return
	}
	b.before = l.Text
	if b.size += len(l.Text); b.size > textfile.MaxLine {
		b.fail(fault.At(b.path, b.start, "the dialogue that begins here is longer than 1 MiB"))
	}
	if b.bad == nil {
		b.lines = append(b.lines, l)
	}
}

// fail keeps the first fault and forgets the lines.
func (b *block) fail(bad *fault.Malformed) {
	if b.bad == nil {
		b.bad = bad
	}
	b.lines = nil
}

// yield passes the dialogue on, if there is one, and starts the next.
func (b *block) yield(yield func(dialog.Dialogue, error) bool) bool {
	done := *b
	*b = block{path: b.path, grammar: b.grammar}
	if done.start == 0 {
		return true
	}
	var d dialog.Dialogue
	if done.bad == nil {
		d, done.bad = done.grammar.Parse(done.lines)
	}
	if done.bad != nil {
		done.bad.File = done.path
		return yield(dialog.Dialogue{ID: ID(done.path, done.start)}, done.bad)
	}
	d.ID = ID(done.path, done.start)
	return yield(d, nil)
}

// Never is the First of a grammar whose dialogues end by themselves.
func Never(string, string) bool { return false }

// Decode parses the lines of one dialogue.
func (g Grammar) Decode(text string) (dialog.Dialogue, error) {
	var list []textfile.Line
	for l := range strings.Lines(text) {
		list = append(list, textfile.Line{Number: len(list) + 1, Text: strings.TrimSuffix(l, "\n")})
	}
	d, bad := g.Parse(list)
	if bad != nil {
		return d, fmt.Errorf("line %d: %s", bad.Line, bad.Problem)
	}
	return d, nil
}
