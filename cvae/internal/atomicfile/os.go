package atomicfile

import (
	"os"
	"time"
)

// OS is the operating system's file system.
type OS struct{}

// Create opens a file for writing, and empties it if it exists.
func (OS) Create(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Rename moves a file over another. On Windows, where a virus scanner or an
// indexer may hold the target for a moment, it is tried again for up to 2 s.
func (OS) Rename(from, to string) error {
	return retry(time.Sleep, passes, func() error { return os.Rename(from, to) })
}

// Remove deletes a file.
func (OS) Remove(path string) error { return os.Remove(path) }

// patience is how long retry waits in all.
const patience = 2 * time.Second

// retry runs do until it succeeds, fails with an error that will not pass by
// itself, or has been waited for long enough. The waits double, from 10 ms on.
func retry(sleep func(time.Duration), passes func(error) bool, do func() error) error {
	waited, wait := time.Duration(0), 10*time.Millisecond
	for {
		err := do()
		if err == nil || !passes(err) || waited >= patience {
			return err
		}
		wait = min(wait, patience-waited)
		sleep(wait)
		waited += wait
		wait *= 2
	}
}
