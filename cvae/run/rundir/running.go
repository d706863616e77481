package rundir

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// Running reports whether a process trains in dir, and its number, which is 0
// where the process has not signed the lock. A file system without locks has
// no answer but no.
func Running(dir string) (pid int, ok bool) {
	f, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return 0, false
	}
	defer f.Close() // and with it the lock, if it was free
	if free, err := tryShare(f); err != nil || free {
		return 0, false
	}
	var o owner
	if content, err := io.ReadAll(f); err == nil {
		_ = json.Unmarshal(content, &o) // no owner is one without a number
	}
	return o.PID, true
}
