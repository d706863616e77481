package tokenfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A File is an open file, or the same bytes in memory. It is safe for
// concurrent use until Close.
type File struct {
	memory []byte      // mapped or not; nil: read from at
	at     io.ReaderAt // the same bytes
	body   int64       // where the body ends
	header []byte
	close  []func() error
}

// Open opens the file at path. It reads all of it once, through a small
// buffer, and returns ErrDamaged where it is not what a Writer wrote.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrDamaged
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	t, err := Read(f, info.Size())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	t.close = append(t.close, f.Close)
	if memory, unmap, err := mapped(f, info.Size()); err == nil { // the system can
		t.memory, t.close = memory, append(t.close, unmap)
	}
	return t, nil
}

// InMemory is Open for the content of a file.
func InMemory(content []byte) (*File, error) {
	t := &File{memory: content}
	return t, t.check(bytes.NewReader(content), int64(len(content)))
}

// Read is Open for what r holds, which is read piece by piece.
func Read(r io.ReaderAt, size int64) (*File, error) {
	t := &File{at: r}
	return t, t.check(r, size)
}

// check compares the checksum and finds the header.
func (t *File) check(r io.ReaderAt, size int64) error {
	rest := size - trailerSize
	if rest < int64(len(magic)) {
		return ErrDamaged
	}
	sum := newSum()
	if _, err := io.CopyBuffer(sum, io.NewSectionReader(r, 0, size-sumSize), make([]byte, 256<<10)); err != nil {
		return err
	}
	var first [len(magic)]byte
	var last [trailerSize]byte
	if err := errors.Join(readAt(r, first[:], 0), readAt(r, last[:], rest)); err != nil {
		return err
	}
	length := binary.LittleEndian.Uint64(last[:])
	if string(first[:]) != magic || binary.LittleEndian.Uint32(last[8:]) != sum.Sum32() || length > uint64(rest)-uint64(len(magic)) {
		return ErrDamaged
	}
	t.body = rest - int64(length)
	t.header = make([]byte, length)
	return readAt(r, t.header, t.body)
}

// readAt fills b.
func readAt(r io.ReaderAt, b []byte, offset int64) error {
	n, err := r.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	return err
}

// Header is what Finish was given.
func (t *File) Header() []byte { return t.header }

// At returns the n bytes of the body at an offset of the file, fewer at its
// end and none outside it. They must not be changed, nor read after Close. A
// disk that fails now, after Open read all of it, makes At panic, as it makes a
// mapped file raise a fault.
func (t *File) At(offset int64, n int) []byte {
	if offset < int64(len(magic)) || offset >= t.body {
		return nil
	}
	n = int(min(int64(n), t.body-offset))
	if t.memory != nil {
		return t.memory[offset : offset+int64(n) : offset+int64(n)]
	}
	b := make([]byte, n)
	if err := readAt(t.at, b, offset); err != nil {
		panic(fmt.Errorf("reading the encoded corpus: %w", err))
	}
	return b
}

// Close lets the file go. At returns nothing afterwards.
func (t *File) Close() error {
	var all error
	for i := len(t.close) - 1; i >= 0; i-- { // the mapping goes before the file, and the file before its name
		all = errors.Join(all, t.close[i]())
	}
	t.memory, t.close, t.body = nil, nil, 0
	return all
}
