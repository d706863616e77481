// Package parquet reads the rows of a Parquet file, of which only the columns
// that are wanted, a few at a time.
package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/dialog/regular"
)

// parquetMagic begins and ends a Parquet file.
const parquetMagic = "PAR1"

// Is tells whether a file begins as a Parquet file does.
func Is(path string) bool {
	f, _, err := regular.Open(named.Plain(path))
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, len(parquetMagic))
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == parquetMagic
}

// File is a Parquet file of which the columns of dialogues are read.
type File struct {
	*os.File
	Names   []string // of all columns
	About   string   // what the library datasets says of them, in JSON
	wanted  []string
	columns parquet.Group // those of wanted that are there
	reader  *parquet.GenericReader[any]
	buffer  [16]any // rows read ahead
	rows    []any   // of buffer, not yet returned
}

// Open opens a file to read the columns that are wanted, and reads its
// footer.
func Open(path string, wanted []string) (*File, error) {
	return OpenFolded(path, wanted, func(name string) string { return name })
}

// OpenFolded is Open for columns that fold makes the wanted names of.
func OpenFolded(path string, wanted []string, fold func(name string) string) (f *File, err error) {
	file, _, err := regular.Open(named.Plain(path))
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
	err = bounded(file, info.Size())
	var p *parquet.File
	if err == nil {
		p, err = parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	}
	if err != nil {
		return nil, fmt.Errorf("it is no whole Parquet file (%w); where it is a pointer to one, git lfs pull gets that", err)
	}
	f = &File{File: file, wanted: wanted, columns: parquet.Group{}}
	f.About, _ = p.Lookup("huggingface")
	for _, field := range p.Schema().Fields() {
		f.Names = append(f.Names, field.Name())
		if slices.Contains(wanted, fold(field.Name())) {
			f.columns[field.Name()] = field
		}
	}
	if len(f.columns) > 0 {
		f.reader = parquet.NewGenericReader[any](p, parquet.NewSchema("row", f.columns))
	}
	return f, nil
}

// Next returns the next row; err is io.EOF after the last.
func (f *File) Next() (row map[string]any, err error) {
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
	if err != nil && fault.Shown(err.Error()) != err.Error() {
		return errors.New(fault.Shown(err.Error()))
	}
	return err
}

// Has tells whether the file has a column that is wanted.
func (f *File) Has(column string) bool { return f.columns[column] != nil }
