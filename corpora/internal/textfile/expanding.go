package textfile

import (
	"io"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

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
