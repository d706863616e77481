package rundir

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks f for this process, and reports whether it was free.
func tryLock(f *os.File) (free bool, err error) {
	return lockByte(f, windows.LOCKFILE_EXCLUSIVE_LOCK)
}

// tryShare is tryLock for who only looks: any number may share the lock.
func tryShare(f *os.File) (free bool, err error) { return lockByte(f, 0) }

// lockByte locks one byte far behind the content, which others must be able to
// read.
func lockByte(f *os.File, how uint32) (free bool, err error) {
	flags := how | windows.LOCKFILE_FAIL_IMMEDIATELY
	place := windows.Overlapped{OffsetHigh: 1 << 30}
	err = windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &place)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// release unlocks the lock file and deletes it. An open file cannot be deleted
// here, so one stays if another process has just opened it.
func (l *lock) release() error {
	err := l.file.Close()
	_ = os.Remove(l.file.Name())
	return err
}
