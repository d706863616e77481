package corpora

import (
	"cmp"
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

// readScenes reads the dialogues of the records of a file, the header first. A
// malformed row whose dialogue is unknown belongs to that of the row before it.
func readScenes(path string, records iter.Seq2[csv.Record, error], yield func(dialog.Dialogue, error) bool) {
	scene := source.Block[dialog.Turn]{Path: path, Noun: "dialogue", Parse: func(turns []dialog.Turn) (dialog.Dialogue, error) {
		return dialog.Dialogue{Turns: turns}, spoken(turns)
	}}
	name := "" // of the dialogue, as the rows have it
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
		if name != "" && m.dialogue != "" && m.dialogue != name && !scene.Yield(yield) {
			return
		}
		name = cmp.Or(m.dialogue, name)
		scene.Add(m.turn, r.Number, len(m.turn.Text), bad)
	}
	scene.Yield(yield)
}
