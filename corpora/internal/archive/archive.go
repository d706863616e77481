// Package archive reads zip archives as if they were folders. The path of a file in one
// leads through it, as in corpus.zip/train/dialogues_train.txt, and may lead on through
// an archive in an archive. Nothing is unpacked on disk.
package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog/regular"
)

const (
	mostFiles = 1 << 12  // in an archive, whose directory is read for each of them
	mostList  = 8 << 20  // bytes of the directory of an archive
	mostInner = 64 << 20 // bytes of an archive in an archive, which is held in memory
)

// Is tells whether a file is a zip archive.
func Is(path string) bool {
	f, _, err := regular.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, 4)
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == "PK\x03\x04"
}

// Real is the file of the file system in which what is at path lies: itself, or an
// archive around it.
func Real(path string) string {
	for p := path; ; p = filepath.Dir(p) {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			return p
		}
		if p == filepath.Dir(p) {
			return path
		}
	}
}

// Names are those of the files below a path that leads into an archive, or is one,
// relative to it.
func Names(path string) (names []string, err error) {
	a, inner, err := at(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	for _, f := range a.files {
		if name, ok := strings.CutPrefix(f.Name, inner+"/"); ok || inner == "" {
			if inner == "" {
				name = f.Name
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// Exists tells whether there is a file at a path, which may lead into an archive.
func Exists(path string) bool {
	if info, err := os.Stat(path); err == nil {
		return !info.IsDir()
	}
	if Real(path) == path {
		return false
	}
	a, inner, err := at(path)
	if err != nil {
		return false
	}
	defer a.Close()
	return a.file(inner) != nil
}

// Open opens a file in an archive, and tells how many bytes it takes up there.
func Open(path string) (r io.ReadCloser, compressed int64, err error) {
	a, inner, err := at(path)
	if err != nil {
		return nil, 0, err
	}
	f := a.file(inner)
	switch {
	case f == nil:
		err = &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	case f.Flags&1 != 0:
		err = fmt.Errorf("%w that is encrypted", fault.ErrZip)
	default:
		r, err = f.Open()
	}
	if err != nil {
		_ = a.Close() // it was read only
		return nil, 0, err
	}
	return &member{r, a}, int64(f.CompressedSize64), nil
}

// member is a file in an open archive.
type member struct {
	io.ReadCloser
	archive opened
}

// Close closes the archive too.
func (m *member) Close() error { return errors.Join(m.ReadCloser.Close(), m.archive.Close()) }

// opened is an open archive.
type opened struct {
	files []*zip.File
	io.Closer
}

func (a opened) file(name string) *zip.File {
	for _, f := range a.files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// at opens the innermost archive that a path leads into, or is; inner is what of the
// path is in that.
func at(path string) (a opened, inner string, err error) {
	root := Real(path)
	file, size, err := regular.Open(root)
	if err != nil {
		return a, "", err
	}
	if a, err = read(file, size, file); err != nil {
		_ = file.Close() // it was read only
		return a, "", err
	}
	if inner, err = filepath.Rel(root, path); err != nil || inner == "." {
		return a, "", err
	}
	return a.within(filepath.ToSlash(inner))
}

// within goes on through archives in the archive.
func (a opened) within(path string) (opened, string, error) {
	for _, f := range a.files {
		rest, ok := strings.CutPrefix(path+"/", f.Name+"/")
		if !ok || !strings.HasSuffix(f.Name, ".zip") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return a, "", errors.Join(err, a.Close())
		}
		content, err := io.ReadAll(io.LimitReader(r, mostInner+1))
		err = errors.Join(err, r.Close(), a.Close())
		if err == nil && len(content) > mostInner {
			err = errors.New("it has an archive of more than 64 MiB in it")
		}
		if err != nil {
			return a, "", err
		}
		in, err := read(bytes.NewReader(content), int64(len(content)), io.NopCloser(nil))
		return in, strings.TrimSuffix(rest, "/"), err // an archive further in stays closed
	}
	return a, path, nil
}

// read reads the directory of an archive, without what is no plain file or cannot be named.
func read(from io.ReaderAt, size int64, c io.Closer) (a opened, err error) {
	bounded := &directory{from, mostList}
	z, err := zip.NewReader(bounded, size)
	if err != nil {
		return a, fmt.Errorf("it is no whole zip archive: %w", err)
	}
	bounded.left = math.MaxInt64 // files are bounded as they are read
	a.Closer = c
	var sum uint64
	for _, f := range z.File {
		hidden := strings.HasPrefix(f.Name, "__MACOSX/")
		if !f.Mode().IsRegular() || strings.HasSuffix(f.Name, "/") || hidden || !fs.ValidPath(f.Name) || strings.ContainsAny(f.Name, "\\\x00") {
			continue
		}
		sum += f.CompressedSize64
		a.files = append(a.files, f)
	}
	switch {
	case len(a.files) > mostFiles:
		return a, fmt.Errorf("%w with more than %d files", fault.ErrZip, mostFiles)
	case sum > uint64(size): // files share their bytes
		return a, fault.ErrExpansion
	}
	return a, nil
}

// directory is an archive of which only so many bytes are read.
type directory struct {
	io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (d *directory) ReadAt(b []byte, at int64) (int, error) {
	n, err := d.ReaderAt.ReadAt(b, at)
	if d.left -= int64(n); d.left < 0 {
		return n, errors.New("its directory has more than 8 MiB")
	}
	return n, err
}
