package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/cvae-go/cvae/dialog"
)

// parquetMagic begins and ends a Parquet file.
const parquetMagic = "PAR1"

// isParquet tells whether a file begins as a Parquet file does.
func isParquet(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, len(parquetMagic))
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == parquetMagic
}

// parquetTurns names the column of turns of a file; empty: it has none.
func parquetTurns(path string) string {
	f, err := openParquet(path, hubColumns())
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, name := range turnColumns {
		if column := f.columns[name]; column != nil && (!column.Leaf() || column.Repeated()) {
			return name
		}
	}
	return ""
}

// readParquet reads a dialogue a row. A malformed row is named by its number.
func readParquet(path string) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := openParquet(path, hubColumns())
		if err != nil {
			yield(dialog.Dialogue{}, cannotRead(path, err))
			return
		}
		defer f.Close()
		for number := 1; ; number++ {
			row, err := f.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(dialog.Dialogue{}, cannotRead(path, err))
				return
			}
			d, err := hubDialogue(f.named(row))
			if err != nil {
				err = &malformed{path, number, err.Error()}
			}
			d.ID = lineID(path, number)
			if !yield(d, err) {
				return
			}
		}
	}
}

// parquetFile is a Parquet file of which the columns of dialogues are read.
type parquetFile struct {
	*os.File
	wanted  []string
	columns parquet.Group // those of wanted that are there
	classes map[string][]string
	reader  *parquet.GenericReader[any]
	buffer  [16]any // rows read ahead
	rows    []any   // of buffer, not yet returned
}

// openParquet opens a file to read the columns that are wanted, and reads its
// footer.
func openParquet(path string, wanted []string) (f *parquetFile, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = sound(recover(), err); err != nil {
			f = nil
			_ = file.Close() // the error that counts is the footer's
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < 3*int64(len(parquetMagic)) { // between them is the length of the footer
		return nil, errors.New("it is too short for Parquet")
	}
	p, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("it is no whole Parquet file (%w); where it is a pointer to one, git lfs pull gets that", err)
	}
	f = &parquetFile{File: file, wanted: wanted, columns: parquet.Group{}, classes: classNames(p)}
	for _, field := range p.Schema().Fields() {
		if slices.Contains(wanted, field.Name()) {
			f.columns[field.Name()] = field
		}
	}
	if len(f.columns) > 0 {
		f.reader = parquet.NewGenericReader[any](p, parquet.NewSchema("row", f.columns))
	}
	return f, nil
}

// hubColumns are the columns that hubDialogue looks at.
func hubColumns() []string {
	columns := append(slices.Clone(turnColumns), "speakers")
	for _, kind := range slices.Sorted(maps.Keys(turnLabels)) {
		columns = append(columns, turnLabels[kind]...)
	}
	return append(columns, wholeLabels...)
}

// next returns the next row; err is io.EOF after the last.
func (f *parquetFile) next() (row map[string]any, err error) {
	defer func() { err = sound(recover(), err) }()
	if f.reader == nil {
		return nil, errors.New("it has no column of " + strings.Join(f.wanted, ", "))
	}
	if len(f.rows) == 0 {
		clear(f.buffer[:])
		n, err := f.reader.Read(f.buffer[:])
		if n == 0 && err == nil {
			err = io.ErrNoProgress
		}
		if n == 0 {
			return nil, err
		}
		f.rows = f.buffer[:n]
	}
	row, ok := f.rows[0].(map[string]any)
	if f.rows = f.rows[1:]; !ok {
		return nil, errors.New("a row is no struct")
	}
	return row, nil
}

// sound is the error of reading a file. The library panics at some damage; and
// its messages may hold what is in the file.
func sound(panicked any, err error) error {
	if panicked != nil {
		err = fmt.Errorf("the Parquet data is damaged: %v", panicked)
	}
	if err != nil && shown(err.Error()) != err.Error() {
		return errors.New(shown(err.Error()))
	}
	return err
}

// classNames are the names of the classes of the columns that hold numbers of
// classes, as the library datasets writes them into the footer.
func classNames(p *parquet.File) map[string][]string {
	type feature struct {
		Names []string `json:"names"`
	}
	var about struct {
		Info struct {
			Features map[string]struct {
				feature
				Feature feature `json:"feature"` // of the elements of a list
			} `json:"features"`
		} `json:"info"`
	}
	text, _ := p.Lookup("huggingface")
	_ = json.Unmarshal([]byte(text), &about) // without it numbers stay numbers
	names := map[string][]string{}
	for column, f := range about.Info.Features {
		names[column] = append(f.Names, f.Feature.Names...)
	}
	return names
}

// named replaces the numbers of classes by their names.
func (f *parquetFile) named(row map[string]any) map[string]any {
	for column, names := range f.classes {
		name := func(value any) any {
			if i, ok := value.(int64); ok && i >= 0 && i < int64(len(names)) {
				return names[i]
			}
			return value
		}
		if list, ok := row[column].([]any); ok {
			for i := range list {
				list[i] = name(list[i])
			}
		} else if row[column] != nil {
			row[column] = name(row[column])
		}
	}
	return row
}
