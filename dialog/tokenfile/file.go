package tokenfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/cvae-go/cvae/dialog/regular"
)

// A File is an open file, or the same bytes in memory. It is safe for
// concurrent use until Close.
type File struct {
	store  atomic.Pointer[store]
	body   int64 // where the body ends
	header []byte

	mu   sync.Mutex // of what follows
	all  []*store   // all that were opened
	lost func() (*File, error)
}

// A store is where the bytes are.
type store struct {
	memory []byte      // mapped or not; nil: read from at
	at     io.ReaderAt // the same bytes
	file   *os.File    // nil: the bytes cannot go
	size   int64
	close  []func() error
}

// Open opens the file at path. It reads all of it once, through a small
// buffer, and returns ErrDamaged where it is not what a Writer wrote.
func Open(path string) (*File, error) {
	f, size, err := regular.Open(path)
	if errors.Is(err, regular.ErrKind) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return nil, err
	}
	t, err := Read(f, size)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	s := t.store.Load()
	s.file, s.close = f, append(s.close, f.Close)
	if memory, unmap, err := mapped(f, size); err == nil { // the system can
		s.memory, s.close = memory, append(s.close, unmap)
	}
	return t, nil
}

// OnLoss says how to have the same content again when the file is cut while it is read,
// as a program that cleans a cache may do.
func (t *File) OnLoss(again func() (*File, error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lost = again
}

// InMemory is Open for the content of a file.
func InMemory(content []byte) (*File, error) {
	return opened(&store{memory: content, size: int64(len(content))}, bytes.NewReader(content))
}

// Read is Open for what r holds, which is read piece by piece.
func Read(r io.ReaderAt, size int64) (*File, error) {
	return opened(&store{at: r, size: size}, r)
}

func opened(s *store, r io.ReaderAt) (*File, error) {
	t := &File{all: []*store{s}}
	t.store.Store(s)
	return t, t.check(r, s.size)
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
// end and none outside it. They must not be changed. A disk that fails now, after
// Open read all of it, makes At panic; so does a file that was cut, unless OnLoss
// knows its content.
func (t *File) At(offset int64, n int) []byte {
	if offset < int64(len(magic)) || offset >= t.body {
		return nil
	}
	n = int(min(int64(n), t.body-offset))
	for s := t.store.Load(); ; {
		b, err := s.read(offset, n)
		if err == nil {
			return b
		}
		if s, err = t.again(s, err); err != nil {
			panic(fmt.Errorf("reading the encoded corpus: %w", err))
		}
	}
}

// errCut is the fault of a file that is shorter than it was.
var errCut = errors.New("another program has cut the file")

// read reads n bytes, which are there if nobody has cut the file.
func (s *store) read(offset int64, n int) (b []byte, err error) {
	if s.file == nil && s.memory != nil {
		return s.memory[offset : offset+int64(n) : offset+int64(n)], nil
	}
	b = make([]byte, n)
	if s.memory == nil {
		return b, readAt(s.at, b, offset)
	}
	if err := s.copied(b, offset); err != nil {
		return nil, err
	}
	// The rest of the last page of a file that was cut reads as zeros.
	if info, err := s.file.Stat(); err != nil || info.Size() < s.size {
		return nil, errCut
	}
	return b, nil
}

// copied copies out of the mapping, which faults where the file has no bytes any more.
func (s *store) copied(b []byte, offset int64) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = errCut
		}
	}()
	copy(b, s.memory[offset:])
	return nil
}

// again opens the content that a store has lost, once for all who ask.
func (t *File) again(gone *store, err error) (*store, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.store.Load(); now != gone {
		return now, nil
	}
	if t.lost == nil {
		return nil, err
	}
	same, err := t.lost()
	if err != nil {
		return nil, err
	}
	if same.body != t.body || !bytes.Equal(same.header, t.header) {
		return nil, errors.Join(errors.New("the corpus has changed since it was encoded"), same.Close())
	}
	s := same.store.Load()
	t.store.Store(s)
	t.all = append(t.all, s)
	return s, nil
}

// Close lets the file go. At returns nothing afterwards.
func (t *File) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all error
	for _, s := range t.all {
		for i := len(s.close) - 1; i >= 0; i-- { // the mapping goes before the file, and the file before its name
			all = errors.Join(all, s.close[i]())
		}
	}
	t.all, t.body = nil, 0
	return all
}
