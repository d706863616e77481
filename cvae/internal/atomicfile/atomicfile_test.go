package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// holds checks that dir holds the file f with this content and nothing else.
func holds(t *testing.T, dir, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, "f"))
	if err != nil || string(got) != want {
		t.Errorf("content %q, %v; want %q", got, err, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: want one file", entries, err)
	}
}

func TestWriteReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, content := range []string{"a long first content", "short", ""} {
		if err := Write(path, text(content)); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, content)
	}
}

func TestWriteReplacesStaleTemporary(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(path+suffix, []byte("left by a process that died"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, text("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "new")
}

func TestWriteKeepsOldContentOnError(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := Write(path, text("old")); err != nil {
		t.Fatal(err)
	}
	fault := errors.New("no such number")
	err := Write(path, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return fault })
	if !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
	holds(t, dir, "old")
	if err := Write(filepath.Join(dir, "missing", "f"), text("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
}

var errBroken = errors.New("broken disk")

// broken is the operating system's file system with one operation that fails.
type broken struct {
	OS
	operation string
}

type brokenFile struct {
	File
	operation string
}

func (b broken) Create(path string) (File, error) {
	f, err := b.OS.Create(path)
	return brokenFile{f, b.operation}, err
}

func (b broken) Rename(from, to string) error {
	if b.operation == "rename" {
		return errBroken
	}
	return b.OS.Rename(from, to)
}

func (f brokenFile) Sync() error {
	if f.operation == "sync" {
		return errBroken
	}
	return f.File.Sync()
}

func (f brokenFile) Close() error {
	err := f.File.Close()
	if f.operation == "close" {
		return errBroken
	}
	return err
}

func TestEveryFailureKeepsOldContent(t *testing.T) {
	for _, operation := range []string{"sync", "close", "rename"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "f")
		if err := Write(path, text("old")); err != nil {
			t.Fatal(err)
		}
		fsys := broken{operation: operation}
		temporary, err := Stage(fsys, path, text("new"))
		if err == nil {
			err = Publish(fsys, temporary, path)
		}
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v", operation, err)
		}
		holds(t, dir, "old")
	}
}

func TestIsTemporary(t *testing.T) {
	if !IsTemporary("f"+suffix) || IsTemporary("f") || IsTemporary("f.tmp") {
		t.Error("only our own suffix marks a temporary")
	}
}

func TestRetry(t *testing.T) {
	forAMoment, forGood := errors.New("for a moment"), errors.New("for good")
	passes := func(err error) bool { return errors.Is(err, forAMoment) }
	for _, c := range []struct {
		name   string
		fails  int // how many tries fail
		fault  error
		want   error
		waited time.Duration
	}{
		{"at once", 0, nil, nil, 0},
		{"third try", 2, forAMoment, nil, 30 * time.Millisecond}, // 10 + 20
		{"for good", 1, forGood, forGood, 0},
		{"gives up", 1000, forAMoment, forAMoment, 2 * time.Second},
	} {
		tries, waited := 0, time.Duration(0)
		err := retry(func(d time.Duration) { waited += d }, passes, func() error {
			if tries++; tries <= c.fails {
				return c.fault
			}
			return nil
		})
		if err != c.want || waited != c.waited {
			t.Errorf("%s: %v after %v, want %v after %v", c.name, err, waited, c.want, c.waited)
		}
	}
}
