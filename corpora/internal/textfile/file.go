// Package textfile reads text files line by line, compressed or not, and tells
// what is no text; and it creates them.
package textfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// File is a file opened for reading, decompressed where its first bytes
// say that it is compressed.
type File struct {
	*bufio.Reader
	raw *counted
	closers
}

// maxWindow bounds the memory that a zstd frame may ask for; it is what the
// zstd command itself accepts without --long.
const maxWindow = 128 << 20

// Open opens path. A byte order mark is skipped.
func Open(path string) (*File, error) {
	raw, err := os.Open(path)
	if err != nil {
		return nil, fault.CannotRead(path, err)
	}
	from := &counted{Reader: raw}
	f := &File{Reader: bufio.NewReaderSize(from, 64<<10), raw: from, closers: closers{raw.Close}}
	err = f.decompress()
	if err == nil {
		err = f.passMark()
	}
	if err != nil {
		_ = f.Close() // the error that counts is the first
		return nil, fault.CannotRead(path, err)
	}
	return f, nil
}

// passMark passes over the byte order mark of UTF-8 and refuses those of
// UTF-16.
func (f *File) passMark() error {
	b, _ := f.Peek(3) // a shorter file has no mark that matters
	switch {
	case bytes.Equal(b, []byte("\xef\xbb\xbf")):
		_, _ = f.Discard(3) // cannot fail: the bytes are buffered
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return fault.ErrUTF16
	}
	return nil
}

// OpenHead is Open for the beginning of a file, as far as a line of the
// longest kind and the one after it reach. Detection must not read a file of
// one huge line to its end.
func OpenHead(path string) (*File, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	f.Reader = bufio.NewReader(io.LimitReader(f.Reader, 2*(MaxLine+1)))
	return f, nil
}

// decompress puts a decompressor between the file and the reader, by the magic
// bytes of RFC 1952 (gzip) and RFC 8878 (zstd).
func (f *File) decompress() error {
	magic, _ := f.Peek(4) // a shorter file is not compressed
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(f.Reader)
		if err != nil {
			return fmt.Errorf("gzip: %w", err)
		}
		f.expand(z, z.Close)
	case bytes.Equal(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(f.Reader, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
		f.expand(z, func() error { z.Close(); return nil })
	}
	return nil
}

func (f *File) expand(z io.Reader, end func() error) {
	f.Reader, f.closers = bufio.NewReaderSize(&expanding{Reader: z, raw: f.raw}, 64<<10), append(f.closers, end)
}

// readLine returns the next line without its end, LF or CRLF. Of a line longer
// than maxLine it returns tooLong and reads on to its end without keeping it.
// At the end of the file err is io.EOF. The bytes live until the next call.
func (f *File) readLine(buf []byte) (line []byte, tooLong bool, err error) {
	line = buf[:0]
	for {
		chunk, err := f.ReadSlice('\n')
		if len(line)+len(chunk) > MaxLine+len("\r\n") {
			tooLong, line = true, line[:0]
		} else if !tooLong {
			line = append(line, chunk...)
		}
		switch {
		case err == nil, err == io.EOF && (len(line) > 0 || tooLong):
			line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
			return line, tooLong || len(line) > MaxLine, nil
		case err != bufio.ErrBufferFull:
			return nil, false, err
		}
	}
}

// Bare returns a file name without the extension of a compressed file.
func Bare(name string) string { return strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst") }

// counted counts the bytes that are read.
type counted struct {
	io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// A compressed file may expand by mostExpansion, beyond its first freeExpansion
// bytes. Text shrinks to a tenth, logs to a fiftieth; a file that is made to
// fill a disk or to take hours expands a thousand times and more.
const (
	mostExpansion = 256
	freeExpansion = 64 << 20
)

// expanding reads from a decompressor of raw as long as that is plausible.
type expanding struct {
	io.Reader
	raw *counted
	n   int64
}

// Read implements io.Reader.
func (e *expanding) Read(b []byte) (int, error) {
	if e.n > freeExpansion+mostExpansion*e.raw.n {
		return 0, fault.ErrExpansion
	}
	n, err := e.Reader.Read(b)
	e.n += int64(n)
	return n, err
}
