package corpora

import (
	"io"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// parquetTurns names the column of turns of a file; empty: it has none.
func parquetTurns(path string) string {
	f, err := parquet.Open(path, hubColumns())
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, name := range turnColumns {
		if f.HasList(name) {
			return name
		}
	}
	return ""
}

// readParquet reads a dialogue a row. A malformed row is named by its number.
func readParquet(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := parquet.Open(path, hubColumns())
		if err != nil {
			yield(dialog.Dialogue{}, fault.CannotRead(path, err))
			return
		}
		defer f.Close()
		for number := 1; ; number++ {
			row, err := f.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(dialog.Dialogue{}, fault.CannotRead(path, err))
				return
			}
			d, err := hubDialogue(f.Named(row))
			if err != nil {
				err = fault.At(path, number, err.Error())
			}
			d.ID = source.ID(path, number)
			if !yield(d, err) {
				return
			}
		}
	}
}

// hubColumns are the columns that hubDialogue looks at.
func hubColumns() []string {
	columns := append(slices.Clone(turnColumns), "speakers")
	for _, kind := range slices.Sorted(maps.Keys(turnLabels)) {
		columns = append(columns, turnLabels[kind]...)
	}
	return append(columns, wholeLabels...)
}
