package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// passes reports whether an error of a rename may pass by itself.
func passes(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) ||
		errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// SyncDir does nothing: Windows has no sync of directories.
func (OS) SyncDir(string) error { return nil }
