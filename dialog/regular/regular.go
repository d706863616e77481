// Package regular opens regular files alone and believes no size but theirs: a
// pipe would wait for its writer for ever, and a device has no end.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrKind is the fault of what is neither a regular file nor a link to one.
var ErrKind = errors.New("it is no regular file")

// Open opens the file at path and tells its size in bytes.
func Open(path string) (*os.File, int64, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // before Open, which waits for the writer of a pipe
		return nil, 0, &fs.PathError{Op: "open", Path: path, Err: ErrKind}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrKind}
	}
	if err != nil {
		_ = f.Close() // it was read only
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// Read reads the file at path, which may have so many bytes.
func Read(path string, most int64) ([]byte, error) {
	f, _, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, path, most)
}

// OpenIn is Open in a file system.
func OpenIn(fsys fs.FS, name string) (fs.File, int64, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, &fs.PathError{Op: "open", Path: name, Err: ErrKind}
	}
	f, err := fsys.Open(name)
	return f, info.Size(), err
}

// ReadIn is Read in a file system.
func ReadIn(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, _, err := OpenIn(fsys, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return bounded(f, name, most)
}

// bounded reads r to its end.
func bounded(r io.Reader, name string, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it has more than %d bytes, the most that such a file may have", most)}
	}
	return b, nil
}
