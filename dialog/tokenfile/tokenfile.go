// Package tokenfile keeps bytes that are written once, front to back, and then
// read at any place. A file is never changed: who needs other content writes
// another file. On unix a file is mapped into memory, so that its pages belong
// to the system's cache and not to the process.
//
// A file is, in little endian:
//
//	magic           16 bytes
//	body            what was written
//	header          of the writer's own kind
//	header length   uint64
//	checksum        uint32, CRC-32C of all before it
//
// The header follows the body because it is known last. The checksum is
// compared when a file is opened; CRC-32C finds every cut and every damage of
// up to 32 neighbouring bits, and others but for one in 2³², at several GB a
// second. It is no protection from someone who forges a file.
package tokenfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
)

const (
	magic       = "cvae tokens 2\n\x00\x00"
	sumSize     = 4
	trailerSize = 8 + sumSize
)

// ErrDamaged is the fault of a file that is not as it was written.
var ErrDamaged = errors.New("the file of tokens is damaged")

func newSum() hash.Hash32 { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }

// A Writer writes the content of a file.
type Writer struct {
	to     io.Writer
	out    *bufio.Writer // to it and to sum
	sum    hash.Hash32
	offset int64
}

// NewWriter begins a file on w.
func NewWriter(w io.Writer) *Writer {
	sum := newSum()
	t := &Writer{to: w, out: bufio.NewWriterSize(io.MultiWriter(w, sum), 64<<10), sum: sum}
	_, _ = t.Write([]byte(magic)) // fits the buffer
	return t
}

// Write implements io.Writer. An error stays and comes again from Finish.
func (t *Writer) Write(b []byte) (int, error) {
	n, err := t.out.Write(b)
	t.offset += int64(n)
	return n, err
}

// Offset is where in the file the next byte will stand.
func (t *Writer) Offset() int64 { return t.offset }

// Finish writes the header and ends the file.
func (t *Writer) Finish(header []byte) error {
	_, _ = t.Write(header) // Flush returns the error
	_, _ = t.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	if err := t.out.Flush(); err != nil {
		return err
	}
	_, err := t.to.Write(binary.LittleEndian.AppendUint32(nil, t.sum.Sum32()))
	return err
}
