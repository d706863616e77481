// Package rundir keeps the folder of one training run: which files it has,
// when a run may start or go on in it, its lock, and its log.
package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog/regular"
)

// The files of a run directory. The states beside [LastFile] are the business
// of package checkpoint.
const (
	ConfigFile    = "config.yaml"       // the resolved configuration
	TokenizerFile = "tokenizer.json"    // in the Hugging Face format
	LabelsFile    = "labels.json"       // the values of the labels of a condition
	DataFile      = "data.json"         // the fingerprints of the corpus, the tokenizer and the labels
	ModelFile     = "model.safetensors" // the best model so far
	LastFile      = checkpoint.LastFile // the newest checkpoint
	LogFile       = "log.jsonl"         // one event a line
	EvalFile      = "eval.json"         // the evaluation of the best model
	LatentFile    = "latent.json"       // the latent space of the best model
	CardFile      = "MODEL_CARD.md"     // the description for people
	FactorsFile   = "factors.json"      // how the latent variable stands to labels, where that was asked
)

// LMDir is the folder of a run directory in which a language model that ranks its replies
// may be, as a run directory of its own.
const LMDir = "lm"

// ErrNotEmpty says that a run cannot start in a folder because of the files in
// it. The command line ends with exit status 2.
var ErrNotEmpty = errors.New("the folder is not empty")

// Dir is a run directory that this process holds the lock of.
type Dir struct {
	path  string
	fresh bool
	lock  *lock // nil once closed
}

// Create makes dir, if it is missing, and takes its lock.
//
// Without resume, dir must be missing or empty. With resume, a missing or empty
// dir starts anew, and so does one whose run was killed before its first
// checkpoint; any other must hold a checkpoint. A lock and temporaries that a
// killed process left do not count as files; the temporaries are deleted.
//
// The error wraps [ErrNotEmpty] or [ErrLocked] in the cases these name. A folder
// that is refused with ErrNotEmpty is not touched.
func Create(dir string, resume bool) (*Dir, error) {
	if _, err := inspect(dir, resume); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("create the run directory: %w", err)
	}
	l, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	d := &Dir{path: dir, lock: l}
	// Again, because another process may have filled dir before we had the lock.
	if d.fresh, err = inspect(dir, resume); err == nil {
		err = d.removeTemporaries()
	}
	if err != nil {
		_ = d.Close() // err is what the user needs to know
		return nil, err
	}
	return d, nil
}

// Hold takes the lock of a run directory as it is, to mend files in it.
func Hold(dir string) (*Dir, error) {
	l, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	return &Dir{path: dir, lock: l}, nil
}

// Temporaries are the names of what killed processes left in dir.
func Temporaries(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open the run directory: %w", err)
	}
	for _, e := range entries {
		if atomicfile.IsTemporary(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Trained reports whether something lies in dir that training writes and importing a
// model does not: a run that was imported never had a checkpoint.
func Trained(dir string) bool {
	for _, pattern := range []string{LastFile, "state-*.safetensors", LogFile, DataFile} {
		if found, err := fs.Glob(os.DirFS(dir), pattern); err != nil || len(found) > 0 {
			return true
		}
	}
	return false
}

// inspect tells whether a run in dir would start anew, and refuses if it may
// not run there.
func inspect(dir string, resume bool) (fresh bool, err error) {
	names, err := files(dir)
	if err != nil {
		return false, fmt.Errorf("open the run directory: %w", err)
	}
	if len(names) == 0 {
		return true, nil
	}
	if !resume {
		return false, fmt.Errorf("%s: %w: go on with the run in it by --resume, or name another folder with --out", dir, ErrNotEmpty)
	}
	beginning := true
	for _, name := range names {
		if name == LastFile {
			return false, nil
		}
		beginning = beginning && precedesCheckpoint(name)
	}
	if !beginning {
		return false, fmt.Errorf("%s: %w, and has no %s to resume from: name another folder with --out", dir, ErrNotEmpty, LastFile)
	}
	return true, nil
}

// files lists what counts as the content of dir, which may be missing.
func files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); name != LockFile && !atomicfile.IsTemporary(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// precedesCheckpoint reports whether a run writes a file of this name before
// its first checkpoint is complete. A model is not among them: where one lies
// without a checkpoint, something was deleted, and starting anew would delete
// the rest.
func precedesCheckpoint(name string) bool {
	switch name {
	case ConfigFile, TokenizerFile, LabelsFile, DataFile, LogFile:
		return true
	}
	return strings.HasPrefix(name, "state-") && strings.HasSuffix(name, ".safetensors")
}

func (d *Dir) removeTemporaries() error {
	names, err := Temporaries(d.path)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Remove(d.Path(name)); err != nil {
			return fmt.Errorf("delete what a killed run left: %w", err)
		}
	}
	return nil
}

// Path returns the path of the file name in the run directory.
func (d *Dir) Path(name string) string { return filepath.Join(d.path, name) }

// Fresh reports whether there was no checkpoint to resume from, so that the run
// starts anew.
func (d *Dir) Fresh() bool { return d.fresh }

// WriteFile replaces the file name by data: a reader, or a process after a
// crash, finds the old content or the new one.
func (d *Dir) WriteFile(name string, data []byte) error {
	return atomicfile.Write(d.Path(name), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Close releases the lock. Closing twice is harmless.
func (d *Dir) Close() error {
	if d.lock == nil {
		return nil
	}
	l := d.lock
	d.lock = nil
	return l.release()
}

// Running reports whether a process trains in dir, and its number, which is 0
// where the process has not signed the lock. A file system without locks has
// no answer but no.
func Running(dir string) (pid int, ok bool) {
	f, _, err := regular.Open(filepath.Join(dir, LockFile))
	if err != nil {
		return 0, false
	}
	defer f.Close() // and with it the lock, if it was free
	if free, err := tryShare(f); err != nil || free {
		return 0, false
	}
	var o owner
	if content, err := io.ReadAll(io.LimitReader(f, mostOwner)); err == nil {
		_ = json.Unmarshal(content, &o) // no owner is one without a number
	}
	return o.PID, true
}

// Deserted reports whether a process was killed while it held the lock of dir, which
// nobody has taken since.
func Deserted(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, LockFile)); err != nil {
		return false
	}
	_, held := Running(dir)
	return !held
}
