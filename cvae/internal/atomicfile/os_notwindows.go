//go:build !windows

package atomicfile

import (
	"cmp"
	"errors"
	"os"
	"syscall"
)

// passes reports whether an error of a rename may pass by itself: none does.
func passes(error) bool { return false }

// SyncDir makes the renames in dir durable. File systems that cannot sync a
// directory are taken as they are.
func (OS) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return cmp.Or(err, d.Close())
}
