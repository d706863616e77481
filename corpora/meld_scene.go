package corpora

import (
	"errors"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/dialog"
)

func readMELD(path string) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := openText(path)
		if err != nil {
			yield(dialog.Dialogue{}, err)
			return
		}
		defer f.Close()
		readScenes(path, recordsOf(path, decodedLines(f, path, asWindows1252)), yield)
	}
}

// readScenes reads the dialogues of the records of a file, the header first.
func readScenes(path string, records iter.Seq2[record, error], yield func(dialog.Dialogue, error) bool) {
	s := scene{path: path}
	var header meldHeader
	columns := 0
	for r, err := range records {
		var bad *malformed
		if err != nil && !errors.As(err, &bad) {
			yield(dialog.Dialogue{}, err)
			return
		}
		if header == nil {
			header, columns = newMELDHeader(r.fields), len(r.fields)
			if name := header.missing(); name != "" {
				yield(dialog.Dialogue{}, fmt.Errorf("corpora: %s:%d: the header names no column %s; put the header back", shown(path), r.number, name))
				return
			}
			continue
		}
		var m meldRow
		if bad == nil {
			if m, err = header.row(r.fields, columns); err != nil {
				bad = &malformed{path, r.number, err.Error()}
			}
		}
		if s.dialogue != "" && m.dialogue != "" && m.dialogue != s.dialogue && !s.yield(yield) {
			return
		}
		s.add(r.number, m, bad)
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
	bad      *malformed // the first fault
}

func (s *scene) add(number int, m meldRow, bad *malformed) {
	if s.start == 0 {
		s.start = number
	}
	if m.dialogue != "" {
		s.dialogue = m.dialogue
	}
	if s.size += len(m.turn.Text); bad == nil && s.size > maxLine {
		bad = &malformed{s.path, s.start, "the dialogue that begins here is longer than 1 MiB"}
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
	d := dialog.Dialogue{ID: lineID(done.path, done.start)}
	switch {
	case done.start == 0:
		return true
	case done.bad != nil:
		return yield(d, done.bad)
	}
	d.Turns = done.turns
	return yield(d, spoken(d.Turns))
}
