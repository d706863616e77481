// Package regular opens regular files alone and believes no size but theirs: a
// pipe would wait for its writer for ever, and a device has no end.
package regular

import (
	"bytes"
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

// Read reads the text at path, which may have so many bytes and must not be packed.
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

// Packed says how a file that begins so is packed, such as "a zip archive"; empty: it is
// not. Six bytes are enough.
func Packed(head []byte) string {
	for begin, kind := range map[string]string{
		"PK\x03\x04": "a zip archive", "PK\x05\x06": "an empty zip archive", "\x1f\x8b": "compressed by gzip", "BZh": "compressed by bzip2",
		"\xfd7zXZ\x00": "compressed by xz", "\x28\xb5\x2f\xfd": "compressed by zstd", "7z\xbc\xaf\x27\x1c": "a 7z archive", "Rar!": "a rar archive",
	} {
		if bytes.HasPrefix(head, []byte(begin)) {
			return kind
		}
	}
	return ""
}

// Head is the first bytes of the file at path, for [Packed]; fewer, or none, where it
// cannot be read.
func Head(path string) []byte {
	f, _, err := Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, 16))
	return b
}

// ErrPacked is the fault of a text that is packed, with its cure.
func ErrPacked(kind string) error {
	return fmt.Errorf("it is %s; unpack it, and give what is in it", kind)
}

// bounded reads r to its end.
func bounded(r io.Reader, name string, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if kind := Packed(b); kind != "" {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrPacked(kind)}
	}
	if int64(len(b)) > most {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it has more than %d bytes, the most that such a file may have", most)}
	}
	return b, nil
}
