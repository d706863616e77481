package tokenfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/dialog/regular"
)

// A Draft is a file that is being written, which nobody else can see. Whoever
// makes one ends it with Publish, Open or Discard.
type Draft struct {
	folder string
	limit  int
	memory bytes.Buffer // nil file: all of it is here
	file   *os.File
}

// draftPattern names drafts, so that those of a process that was killed are
// known.
const draftPattern = "draft-*.cvae-tmp"

// NewDraft begins a draft that stays in memory up to limit bytes and goes on as
// a temporary file in folder; empty: the system's folder for such.
func NewDraft(folder string, limit int) *Draft { return &Draft{folder: folder, limit: limit} }

// Write implements io.Writer.
func (d *Draft) Write(b []byte) (int, error) {
	if d.file == nil && d.memory.Len()+len(b) <= d.limit {
		return d.memory.Write(b)
	}
	err := d.spill()
	n := 0
	if err == nil {
		n, err = d.file.Write(b)
	}
	if err != nil {
		err = d.full(err)
	}
	return n, err
}

// full says why a draft cannot be written, in the same words for every draft in a folder.
func (d *Draft) full(err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err
	}
	return fmt.Errorf("%w in %s: %w; free some space there, or name another folder by %s", ErrFull, cmp.Or(d.folder, os.TempDir()), err, d.variable())
}

// ErrFull says that a draft cannot be written where it is.
var ErrFull = errors.New("the encoded corpus cannot be kept")

// variable is the one of the environment that names the folder.
func (d *Draft) variable() string {
	if d.folder == "" {
		return "TMPDIR"
	}
	return "XDG_CACHE_HOME"
}

func (d *Draft) spill() (err error) {
	if d.file != nil {
		return nil
	}
	if d.file, err = os.CreateTemp(d.folder, draftPattern); err != nil {
		return err
	}
	_, err = d.file.Write(d.memory.Bytes())
	d.memory = bytes.Buffer{}
	return err
}

// Publish gives the draft the name path, unless a file has it by now: what
// others may have open is never replaced. Of several processes that publish
// equal content under one name the first wins. After an error the draft is
// still there.
func (d *Draft) Publish(path string) error {
	if err := d.spill(); err != nil {
		return err
	}
	err := os.Link(d.file.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return &fs.PathError{Op: "publish", Path: path, Err: regular.ErrKind}
		}
	} else if err != nil { // a file system without links
		if _, missing := os.Lstat(path); !errors.Is(missing, fs.ErrNotExist) {
			return err
		}
		if err := os.Rename(d.file.Name(), path); err != nil {
			return err
		}
	}
	d.Discard()
	return nil
}

// Open opens what was written for this process alone. The draft goes with it.
func (d *Draft) Open() (*File, error) {
	if d.file == nil {
		content := d.memory.Bytes()
		d.Discard()
		return InMemory(content)
	}
	name := d.file.Name()
	t, err := Open(name)
	if err != nil {
		d.Discard()
		return nil, err
	}
	_ = d.file.Close()          // it was read to its end
	if os.Remove(name) != nil { // some systems keep the name of an open file
		remove := func() error { return os.Remove(name) }
		s := t.store.Load()
		s.close = append([]func() error{remove}, s.close...)
	}
	*d = Draft{}
	return t, nil
}

// Discard takes the draft away.
func (d *Draft) Discard() {
	if d.file != nil {
		_ = d.file.Close()
		_ = os.Remove(d.file.Name()) // or Sweep does
	}
	*d = Draft{}
}

// abandoned is the age of a draft that nobody writes any more.
const abandoned = 24 * time.Hour

// Sweep removes the drafts in folder that were last written to a day ago.
func Sweep(folder string, now time.Time) error {
	drafts, err := filepath.Glob(filepath.Join(folder, draftPattern))
	if err != nil {
		return fmt.Errorf("looking for old drafts in %s: %w", folder, err)
	}
	for _, draft := range drafts {
		info, err := os.Lstat(draft)
		if err != nil || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
