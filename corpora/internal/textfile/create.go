package textfile

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// compressed is a file, and the compressor before it if there is one.
type compressed struct {
	io.Writer
	close []func() error
}

// Create creates a file, compressed when its extension says so.
func Create(path string) (io.WriteCloser, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &compressed{f, []func() error{f.Sync, f.Close}}
	switch filepath.Ext(path) {
	case ".gz":
		z := gzip.NewWriter(f)
		c.Writer, c.close = z, append([]func() error{z.Close}, c.close...)
	case ".zst":
		z, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		c.Writer, c.close = z, append([]func() error{z.Close}, c.close...)
	}
	return c, nil
}

// Close ends the compressed stream and saves and closes the file.
func (c *compressed) Close() (first error) {
	for _, end := range c.close {
		if err := end(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
