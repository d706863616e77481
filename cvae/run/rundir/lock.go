package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/dialog/regular"
)

// ErrLocked says that another process trains in the run directory.
var ErrLocked = errors.New("the run directory is in use")

// LockFile is the lock's name. It exists while a process holds the lock, and
// after one was killed.
const LockFile = "cvae.lock"

// A lock is a file that names its owner and that the operating system keeps
// locked for it. The system's lock, not the name, decides whether the owner
// still lives: it ends with the process, however that dies, and is not misled
// by a new process with an old number, which is the rule in containers.
type lock struct {
	file *os.File
}

// mostOwner is the most bytes of the lock file that are read.
const mostOwner = 4096

// An owner is the content of the lock file.
type owner struct {
	PID  int    `json:"pid"`
	Host string `json:"host"`
}

// Who calls Running has the lock for a moment. This is how often, and how long
// each time, its end is awaited.
const (
	glances = 5
	glance  = 10 * time.Millisecond
)

// acquire takes the lock of dir. The error wraps ErrLocked and names the owner
// if a living process has it. On a file system without locks it always
// succeeds.
func acquire(dir string) (*lock, error) {
	path := filepath.Join(dir, LockFile)
	for {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("lock the run directory: %s: %w", path, regular.ErrKind)
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, fmt.Errorf("lock the run directory: %w", err)
		}
		current, err := take(f, path)
		if err == nil && current {
			err = sign(f)
		}
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		if current {
			return &lock{f}, nil
		}
		f.Close() // its owner deleted it between our opening and locking
	}
}

// take locks f, and reports whether f is still the file at path.
func take(f *os.File, path string) (current bool, err error) {
	free, err := tryLock(f)
	for i := 0; i < glances && err == nil && !free; i++ {
		time.Sleep(glance)
		free, err = tryLock(f)
	}
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return false, fmt.Errorf("lock the run directory: %w", err)
	}
	if err == nil && !free {
		return false, inUse(f)
	}
	mine, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("lock the run directory: %w", err)
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there), nil
}

// inUse returns the error that names the owner, as far as the file tells.
func inUse(f *os.File) error {
	var o owner
	content, err := io.ReadAll(io.LimitReader(f, mostOwner))
	if err != nil || json.Unmarshal(content, &o) != nil {
		return fmt.Errorf("%w by another process", ErrLocked) // which has yet to sign
	}
	return fmt.Errorf("%w by process %d on %s", ErrLocked, o.PID, o.Host)
}

// sign writes this process into the lock file.
func sign(f *os.File) error {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	content, err := json.Marshal(owner{os.Getpid(), host})
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(append(content, '\n'), 0)
	}
	if err != nil {
		return fmt.Errorf("write the lock: %w", err)
	}
	return nil
}
