//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package rundir

import (
	"cmp"
	"errors"
	"os"
	"syscall"
)

// tryLock locks f for this process, and reports whether it was free.
func tryLock(f *os.File) (free bool, err error) { return flock(f, syscall.LOCK_EX) }

// tryShare is tryLock for who only looks: any number may share the lock.
func tryShare(f *os.File) (free bool, err error) { return flock(f, syscall.LOCK_SH) }

func flock(f *os.File, how int) (free bool, err error) {
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// release deletes the lock file before it unlocks it: the other way round, it
// might delete the lock of a process that comes in between.
func (l *lock) release() error {
	err := os.Remove(l.file.Name())
	return cmp.Or(err, l.file.Close())
}
