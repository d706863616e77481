package source

import (
	"cmp"
	"errors"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A Grammar says how the lines of a file make dialogues of several lines. Blank
// lines belong to none.
type Grammar struct {
	// First tells that a line begins another dialogue than the line before it;
	// nil: dialogues end by themselves.
	First func(before, text string) bool
	// Last tells that a line, which may be blank, ends its dialogue; nil: none does.
	Last func(text string) bool
	// Parse makes a dialogue of its lines. A fault of a line lacks the file; any
	// other error is of the line with which the dialogue begins.
	Parse func([]textfile.Line) (dialog.Dialogue, error)
}

// Blocks is the source of a file with a dialogue on several lines, whose ID
// has the number of its first. A malformed line makes its dialogue malformed,
// which is one error however many of its lines are.
func Blocks(path string, g Grammar) Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		b := Block[textfile.Line]{Path: path, Noun: "dialogue", Parse: g.Parse}
		before := "" // the last readable line of the dialogue
		for l, err := range textfile.Lines(path) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			if bad == nil && g.First != nil && before != "" && g.First(before, l.Text) {
				if before = ""; !b.Yield(yield) {
					return
				}
			}
			if bad != nil {
				b.Add(l, l.Number, 0, bad)
			} else if strings.TrimSpace(l.Text) != "" {
				b.Add(l, l.Number, len(l.Text), nil)
				before = l.Text
			}
			if bad == nil && g.Last != nil && g.Last(l.Text) {
				if before = ""; !b.Yield(yield) {
					return
				}
			}
		}
		b.Yield(yield)
	}
}

// A Block gathers the pieces of one dialogue, such as lines or rows of a table.
type Block[T any] struct {
	Path  string
	Noun  string // what the pieces make, for messages
	Parse func(pieces []T) (dialog.Dialogue, error)

	pieces []T
	size   int              // bytes of pieces
	start  int              // number of the first piece, also of a malformed block; 0: none
	bad    *fault.Malformed // the first fault
}

// Add adds a piece of so many bytes, or notes that it is malformed. Pieces of a
// malformed block are not kept.
func (b *Block[T]) Add(piece T, number, size int, bad *fault.Malformed) {
	b.start = cmp.Or(b.start, number)
	if b.size += size; bad == nil && b.size > textfile.MaxLine {
		bad = fault.At(b.Path, b.start, "the "+b.Noun+" that begins here is longer than 1 MiB")
	}
	if b.bad == nil {
		b.bad = bad
	}
	if b.pieces = append(b.pieces, piece); b.bad != nil {
		b.pieces = nil
	}
}

// Yield passes the dialogue on, if there is one, and starts the next.
func (b *Block[T]) Yield(yield func(dialog.Dialogue, error) bool) bool {
	done := *b
	*b = Block[T]{Path: b.Path, Noun: b.Noun, Parse: b.Parse}
	if done.start == 0 {
		return true
	}
	var d dialog.Dialogue
	if done.bad == nil {
		var err error
		if d, err = done.Parse(done.pieces); err != nil && !errors.As(err, &done.bad) {
			done.bad = fault.At("", done.start, err.Error())
		}
	}
	if done.bad != nil {
		done.bad.File = done.Path
		return yield(dialog.Dialogue{ID: ID(done.Path, done.start)}, done.bad)
	}
	d.ID = ID(done.Path, done.start)
	return yield(d, nil)
}
