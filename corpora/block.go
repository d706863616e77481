package corpora

import (
	"errors"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// A grammar says how the lines of a file make dialogues of several lines. Blank
// lines belong to none.
type grammar struct {
	// first tells that a line begins another dialogue than the line before it.
	first func(before, text string) bool
	// last tells that a line, which may be blank, ends its dialogue.
	last func(text string) bool
	// parse makes a dialogue of its lines; its fault lacks the file only.
	parse func([]line) (dialog.Dialogue, *malformed)
}

// eachBlock is the source of a file with a dialogue on several lines, whose ID
// has the number of its first. A malformed line makes its dialogue malformed,
// which is one error however many of its lines are.
func eachBlock(path string, g grammar) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		b := block{path: path, grammar: g}
		for l, err := range lines(path) {
			var bad *malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			if bad == nil && b.before != "" && g.first(b.before, l.text) && !b.yield(yield) {
				return
			}
			b.add(l, bad)
			if bad == nil && g.last(l.text) && !b.yield(yield) {
				return
			}
		}
		b.yield(yield)
	}
}

// block gathers the lines of one dialogue.
type block struct {
	path    string
	grammar grammar
	lines   []line
	size    int    // bytes of lines
	start   int    // number of the first line, also of a malformed block
	before  string // the last readable line
	bad     *malformed
}

// add adds a line that is not blank, or notes that it is malformed.
func (b *block) add(l line, bad *malformed) {
	if bad == nil && strings.TrimSpace(l.text) == "" {
		return
	}
	if b.start == 0 {
		b.start = l.number
	}
	if bad != nil {
		b.fail(bad)
		return
	}
	b.before = l.text
	if b.size += len(l.text); b.size > maxLine {
		b.fail(&malformed{b.path, b.start, "the dialogue that begins here is longer than 1 MiB"})
	}
	if b.bad == nil {
		b.lines = append(b.lines, l)
	}
}

// fail keeps the first fault and forgets the lines.
func (b *block) fail(bad *malformed) {
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
		d, done.bad = done.grammar.parse(done.lines)
	}
	if done.bad != nil {
		done.bad.file = done.path
		return yield(dialog.Dialogue{ID: lineID(done.path, done.start)}, done.bad)
	}
	d.ID = lineID(done.path, done.start)
	return yield(d, nil)
}

// never is the first of a grammar whose dialogues end by themselves.
func never(string, string) bool { return false }
