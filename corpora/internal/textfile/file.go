// Package textfile reads text files line by line, compressed or not, and tells
// what is no text; and it creates them.
package textfile

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/archive"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/dialog/regular"
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

// Open opens path and decodes it: from the encoding in its name, or by its byte
// order mark.
func Open(path string) (*File, error) {
	plain, how := named.Cut(path)
	f, err := open(plain)
	if err != nil {
		return nil, fault.CannotRead(path, err)
	}
	err = f.decompress()
	if err == nil {
		err = f.decode(how.Encoding)
	}
	if err != nil {
		_ = f.Close() // the error that counts is the first
		return nil, fault.CannotRead(path, err)
	}
	f.endLines()
	return f, nil
}

// open opens a file, which may be in an archive.
func open(path string) (*File, error) {
	raw, _, err := regular.Open(path)
	if err == nil {
		from := &counted{Reader: raw}
		return &File{Reader: bufio.NewReaderSize(from, bufferSize), raw: from, closers: closers{raw.Close}}, nil
	}
	if around := archive.Real(path); around == path || !archive.Is(around) {
		return nil, err
	}
	inside, compressed, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{raw: &counted{n: compressed}}
	f.expand(inside, inside.Close)
	return f, nil
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

func (f *File) expand(z io.Reader, end func() error) {
	f.Reader, f.closers = bufio.NewReaderSize(&expanding{Reader: z, raw: f.raw}, bufferSize), append(f.closers, end)
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
func Bare(name string) string {
	name = named.Plain(name)
	for _, ext := range Compressions {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

// Compressions are the extensions of compressed files.
var Compressions = []string{".gz", ".zst", ".bz2", ".xz"}

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
