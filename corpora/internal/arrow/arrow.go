// Package arrow reads the rows of an Arrow stream or file, as the library datasets
// saves its data sets to disk. It is the part of the IPC format
// (https://arrow.apache.org/docs/format/Columnar.html) that holds texts, numbers,
// lists and structs, without compression and dictionaries.
package arrow

import (
	"errors"
	"fmt"
	"io"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/dialog/regular"
)

// An Arrow file begins with the first of these; a stream, and each message in it,
// with the second.
const (
	magic        = "ARROW1\x00\x00"
	continuation = 1<<32 - 1
)

// Is tells whether a file begins as an Arrow file or stream does.
func Is(path string) bool {
	f, _, err := regular.Open(named.Plain(path))
	if err != nil {
		return false
	}
	defer f.Close()
	var first [len(magic)]byte
	_, err = io.ReadFull(f, first[:])
	return err == nil && (string(first[:]) == magic || little.Uint32(first[:]) == continuation)
}

// File is a table that is read batch by batch. What is damaged in it leads to places
// that are not there, where reading panics; Open and Next recover.
type File struct {
	Names []string // of the columns
	About string   // what the library datasets says of them, in JSON

	io.Closer
	from   io.Reader
	left   int64 // bytes that are not read
	fields []field
	batch  []column
	row    int // of the batch, that is next
}

// Open opens a table and reads its schema.
func Open(path string) (*File, error) {
	file, size, err := regular.Open(named.Plain(path))
	if err != nil {
		return nil, err
	}
	f, err := newFile(file, size)
	if err != nil {
		_ = file.Close() // the error that counts is the schema's
		return nil, err
	}
	f.Closer = file
	return f, nil
}

func newFile(from io.ReadSeeker, size int64) (f *File, err error) {
	defer func() { err = sound(recover(), err) }()
	f = &File{from: from, left: size}
	if first, err := f.read(int64(len(magic))); err != nil || string(first) != magic {
		if _, err = from.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		f.left = size
	}
	kind, schema, _, err := f.message()
	if err != nil && err != io.EOF {
		return nil, err
	}
	if kind != headerSchema || schema.GetInt16Slot(slot(0), 0) != 0 {
		return nil, errors.New("it does not begin with a schema of little-endian numbers")
	}
	left := mostFields
	if f.fields, err = fieldsOf(schema, 1, &left); err != nil {
		return nil, err
	}
	for _, field := range f.fields {
		f.Names = append(f.Names, field.name)
	}
	for _, pair := range tables(schema, 2) {
		if text(pair, 0) == "huggingface" {
			f.About = text(pair, 1)
		}
	}
	return f, nil
}

// The kinds of messages that are read.
const (
	headerSchema = 1
	headerBatch  = 3
)

// message reads one message: its kind, its header, and its body; err is io.EOF after the last.
func (f *File) message() (kind byte, header flatbuffers.Table, body []byte, err error) {
	size, err := f.read(4)
	if err == nil && little.Uint32(size) == continuation {
		size, err = f.read(4)
	}
	if err != nil || little.Uint32(size) == 0 {
		return 0, header, nil, io.EOF // a stream need not have an end
	}
	head, err := f.read(int64(little.Uint32(size)))
	if err != nil {
		return 0, header, nil, err
	}
	all := flatbuffers.Table{Bytes: head, Pos: flatbuffers.GetUOffsetT(head)}
	header, _ = inner(all, 2)
	body, err = f.read(all.GetInt64Slot(slot(3), 0))
	return all.GetByteSlot(slot(1), 0), header, body, err
}

// mostBody bounds one message, which is held in memory.
const mostBody = 1 << 30

func (f *File) read(n int64) ([]byte, error) {
	switch {
	case n < 0 || n > f.left:
		return nil, io.ErrUnexpectedEOF
	case n > mostBody:
		return nil, errors.New("it has a record batch of more than 1 GiB")
	}
	b := make([]byte, n)
	_, err := io.ReadFull(f.from, b)
	f.left -= n
	return b, err
}

// Next returns the next row, of the columns that are wanted; err is io.EOF after the last.
func (f *File) Next(wanted func(name string) bool) (next map[string]any, err error) {
	defer func() { err = sound(recover(), err) }()
	for len(f.batch) == 0 || f.row == f.batch[0].length {
		kind, batch, body, err := f.message()
		if err != nil {
			return nil, err
		}
		if kind != headerBatch {
			continue
		}
		if f.batch, err = columnsOf(f.fields, batch, body); err != nil {
			return nil, err
		}
		f.row = 0
	}
	const most = 16 << 20
	left := most
	next, err = row(f.batch, f.row, &left, wanted)
	f.row++
	return next, err
}

// sound is the error of reading a file, without what is in the file.
func sound(panicked any, err error) error {
	if panicked != nil {
		err = fmt.Errorf("the Arrow data is damaged: %v", panicked)
	}
	if err != nil && !errors.Is(err, fault.ErrArrow) && fault.Shown(err.Error()) != err.Error() {
		return errors.New(fault.Shown(err.Error()))
	}
	return err
}
