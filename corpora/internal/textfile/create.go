package textfile

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// compressed is a file, and the compressor before it if there is one.
type compressed struct {
	io.Writer
	closers
}

// closers are what ends a file, the last first.
type closers []func() error

// Close calls all and returns the first error.
func (c closers) Close() (first error) {
	for _, end := range slices.Backward(c) {
		if err := end(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Create creates a file, compressed when its extension says so.
func Create(path string) (io.WriteCloser, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &compressed{f, closers{f.Close, f.Sync}}
	switch filepath.Ext(path) {
	case ".gz":
		z := gzip.NewWriter(f)
		c.Writer, c.closers = z, append(c.closers, z.Close)
	case ".zst":
		z, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		c.Writer, c.closers = z, append(c.closers, z.Close)
	}
	return c, nil
}
