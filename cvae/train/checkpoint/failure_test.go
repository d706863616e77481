package checkpoint

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
)

var errFull = errors.New("no space left on device")

// A failing file system counts its operations, and from one of them on all
// fail but Remove, as on a full disk.
type failing struct {
	atomicfile.OS
	left   int // operations that succeed
	failed string
}

type failingFile struct {
	atomicfile.File
	fs *failing
}

func (f *failing) operation(name string) error {
	if f.left--; f.left >= 0 {
		return nil
	}
	if f.failed == "" {
		f.failed = name
	}
	return errFull
}

func (f *failing) Create(path string) (atomicfile.File, error) {
	if err := f.operation("create"); err != nil {
		return nil, err
	}
	file, err := f.OS.Create(path)
	return failingFile{file, f}, err
}

func (f *failing) Rename(from, to string) error {
	if err := f.operation("rename"); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

func (f *failing) SyncDir(dir string) error {
	if err := f.operation("sync folder"); err != nil {
		return err
	}
	return f.OS.SyncDir(dir)
}

// Write writes half before it fails.
func (f failingFile) Write(p []byte) (int, error) {
	if err := f.fs.operation("write"); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f failingFile) Sync() error {
	if err := f.fs.operation("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f failingFile) Close() error {
	err := f.File.Close()
	if failure := f.fs.operation("close"); failure != nil {
		return failure
	}
	return err
}

// TestEveryFailure lets each operation of a save fail in turn. What is left is
// one complete pair: the old one, or the new one if the failure came after the
// last rename.
func TestEveryFailure(t *testing.T) {
	var failed []string
	for n := 0; ; n++ {
		dir := t.TempDir()
		save(t, dir, stateOf(5, 3))
		fsys := &failing{left: n}
		err := store{fs: fsys, reached: func(point) {}}.save(dir, stateOf(6, 3))
		if err == nil {
			break
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("operation %d: %v", n, err)
		}
		failed = append(failed, fsys.failed)
		got, err := Load(dir)
		if err != nil {
			t.Fatalf("operation %d, %s: %v", n, fsys.failed, err)
		}
		loads(t, dir, stateOf(got.Step, 3))
		pair := []string{LastFile, fmt.Sprintf("state-%d.safetensors", got.Step)}
		if left := names(t, dir); got.Step == 5 && !slices.Equal(left, pair) {
			t.Errorf("operation %d, %s: left %v", n, fsys.failed, left)
		}
		save(t, dir, stateOf(6, 3)) // the disk has space again
		loads(t, dir, stateOf(6, 3))
		has(t, dir, LastFile, "state-6.safetensors")
	}
	// Two files, each: create, write header and tensors, sync, close, rename, sync folder.
	want := []string{
		"create", "write", "write", "write", "sync", "close", "rename", "sync folder",
		"create", "write", "write", "sync", "close", "rename", "sync folder",
	}
	if !slices.Equal(failed, want) {
		t.Errorf("failures %v, want %v", failed, want)
	}
}

func TestFirstSaveFails(t *testing.T) {
	dir := t.TempDir()
	fsys := &failing{left: 10} // the state is published, last.safetensors is not
	if err := (store{fs: fsys, reached: func(point) {}}).save(dir, stateOf(0, 3)); !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
