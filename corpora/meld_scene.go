package corpora

import (
	"errors"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

func readMELD(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		readScenes(path, csv.RecordsOf(path, textfile.Texts(path, textfile.Western)), yield)
	}
}

// readScenes reads the dialogues of the records of a file, the header first.
func readScenes(path string, records iter.Seq2[csv.Record, error], yield func(dialog.Dialogue, error) bool) {
	s := scene{path: path}
	var header meldHeader
	columns := 0
	for r, err := range records {
		var bad *fault.Malformed
		if err != nil && !errors.As(err, &bad) {
			yield(dialog.Dialogue{}, err)
			return
		}
		if header == nil {
			header, columns = newMELDHeader(r.Fields), len(r.Fields)
			if name := header.missing(); name != "" {
				yield(dialog.Dialogue{}, fmt.Errorf("corpora: %s:%d: the header names no column %s; put the header back", fault.Shown(path), r.Number, name))
				return
			}
			continue
		}
		var m meldRow
		if bad == nil {
			if m, err = header.row(r.Fields, columns); err != nil {
				bad = fault.At(path, r.Number, err.Error())
			}
		}
		if s.dialogue != "" && m.dialogue != "" && m.dialogue != s.dialogue && !s.yield(yield) {
			return
		}
		s.add(r.Number, m, bad)
	}
	s.yield(yield)
}

// scene gathers the rows of one dialogue. A malformed row whose dialogue is
// unknown belongs to that of the row before it.
type scene struct {
	path     string
	dialogue string // as the rows name it
	start    int    // number of the first row
	size     int    // bytes of turns
	turns    []dialog.Turn
	bad      *fault.Malformed // the first fault
}

func (s *scene) add(number int, m meldRow, bad *fault.Malformed) {
	if s.start == 0 {
		s.start = number
	}
	if m.dialogue != "" {
		s.dialogue = m.dialogue
	}
	if s.size += len(m.turn.Text); bad == nil && s.size > textfile.MaxLine {
		bad = fault.At(s.path, s.start, "the dialogue that begins here is longer than 1 MiB")
	}
	if s.bad == nil {
		s.bad = bad
	}
	if s.bad != nil {
		s.turns = nil
		return
	}
	s.turns = append(s.turns, m.turn)
}

// yield passes the dialogue on, if there is one, and starts the next.
func (s *scene) yield(yield func(dialog.Dialogue, error) bool) bool {
	done := *s
	*s = scene{path: s.path}
	d := dialog.Dialogue{ID: source.ID(done.path, done.start)}
	switch {
	case done.start == 0:
		return true
	case done.bad != nil:
		return yield(d, done.bad)
	}
	d.Turns = done.turns
	return yield(d, spoken(d.Turns))
}
