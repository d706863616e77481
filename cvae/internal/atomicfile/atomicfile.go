// Package atomicfile replaces files so that a reader, or a process that starts
// after a crash, finds the old content or the new content and nothing between.
//
// The new content goes to a temporary beside the file, is synced to the disk,
// and takes the file's name by a rename; on Unix the directory is synced too.
package atomicfile

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// suffix marks the temporaries. Whatever bears it was left by a process that
// died, or is being written, and holds nothing that is needed.
const suffix = ".cvae-tmp"

// IsTemporary reports whether a file name is that of a temporary.
func IsTemporary(name string) bool { return strings.HasSuffix(name, suffix) }

// FS is what this package asks of a file system. Tests put failing ones in the
// place of [OS].
type FS interface {
	Create(path string) (File, error) // empties a file that exists
	Rename(from, to string) error     // replaces to
	Remove(path string) error
	SyncDir(dir string) error // makes renames in dir durable
}

// File is a file that is being written.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// Write replaces the file at path by what content writes. After an error the
// file is as it was, and the temporary is gone.
func Write(path string, content func(io.Writer) error) error {
	temporary, err := Stage(OS{}, path, content)
	if err != nil {
		return err
	}
	return Publish(OS{}, temporary, path)
}

// Stage writes and syncs the temporary for path, and returns its name. After
// an error there is no temporary.
func Stage(fsys FS, path string, content func(io.Writer) error) (temporary string, err error) {
	temporary = path + suffix
	f, err := fsys.Create(temporary)
	if err != nil {
		return "", fmt.Errorf("create the temporary of %s: %w", path, err)
	}
	err = content(f)
	if err == nil {
		err = f.Sync()
	}
	if err = cmp.Or(err, f.Close()); err != nil {
		return "", abandon(fsys, temporary, fmt.Errorf("write %s: %w", path, err))
	}
	return temporary, nil
}

// Publish gives the temporary the name path. After an error of the rename the
// temporary is gone; after an error of the directory's sync the new content is
// in place, but might not survive a loss of power.
func Publish(fsys FS, temporary, path string) error {
	if err := fsys.Rename(temporary, path); err != nil {
		return abandon(fsys, temporary, fmt.Errorf("replace %s: %w", path, err))
	}
	if err := fsys.SyncDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("sync the folder of %s: %w", path, err)
	}
	return nil
}

// abandon removes a temporary because of cause, which it returns.
func abandon(fsys FS, temporary string, cause error) error {
	if err := fsys.Remove(temporary); err != nil {
		return fmt.Errorf("%w (and the temporary stays: %v)", cause, err)
	}
	return cause
}
