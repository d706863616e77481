package checkpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// A point is a moment in the life of a checkpoint at which tests stop or kill
// the process.
type point string

const (
	stateStaged    point = "state staged"    // its temporary is on the disk
	statePublished point = "state published" // between the two renames
	lastStaged     point = "last staged"
	lastPublished  point = "last published" // before older states are deleted
	swept          point = "swept"
)

// A store saves checkpoints to a file system and tells which points it reaches.
type store struct {
	fs      atomicfile.FS
	reached func(point)
}

func (st store) save(dir string, s State) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("save a checkpoint in %s: %w", dir, err)
	}
	temporary, sum, err := st.stageState(dir, s)
	if err != nil {
		return err
	}
	st.reached(stateStaged)
	to := pointer{step: s.Step, sum: sum}
	name := freeName(dir, to)
	if err := st.publishPair(dir, temporary, name, to, s.Model); err != nil {
		st.removeUnlessUsed(dir, name)
		return err
	}
	st.sweep(dir, name)
	st.reached(swept)
	return nil
}

// stageState writes the temporary of the state, and returns it and its SHA-256.
func (st store) stageState(dir string, s State) (temporary, sum string, err error) {
	metadata := map[string]string{
		keyVersion: formatVersion,
		keyKind:    string(kindState),
		keyStep:    strconv.Itoa(s.Step),
	}
	maps.Copy(metadata, s.Values)
	path := filepath.Join(dir, stateNames(s.Step)[0])
	metadata[keyClocks] = clocks{s.Elapsed, s.LogLength}.String()
	for key, text := range map[string]string{keyOrigin: s.Origin, keyUnlogged: s.Unlogged} {
		if text != "" {
			metadata[key] = sealed(text)
		}
	}
	hash := sha256.New()
	temporary, err = atomicfile.Stage(st.fs, path, func(w io.Writer) error {
		return safetensors.WriteBoth(w, metadata, hash, summed(metadata), s.Training)
	})
	return temporary, hex.EncodeToString(hash.Sum(nil)), err
}

// freeName returns the name for the state of to. It is the first of the step's
// names, unless last.safetensors needs the file of that name, which happens
// when one step is saved twice with different values.
func freeName(dir string, to pointer) string {
	names := stateNames(to.step)
	now, err := readPointer(filepath.Join(dir, LastFile))
	if err != nil || now.step != to.step || now.sum == to.sum {
		return names[0] // a last.safetensors that cannot be read protects nothing
	}
	if _, used, err := findState(dir, now); err != nil || used != names[0] {
		return names[0]
	}
	return names[1]
}

// publishPair gives the state its name, and then writes last.safetensors.
func (st store) publishPair(dir, temporary, name string, to pointer, model []safetensors.Tensor) error {
	if err := atomicfile.Publish(st.fs, temporary, filepath.Join(dir, name)); err != nil {
		return err
	}
	st.reached(statePublished)
	path := filepath.Join(dir, LastFile)
	metadata, err := seal(kindLast, model, to.metadata())
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	temporary, err = atomicfile.Stage(st.fs, path, func(w io.Writer) error {
		return safetensors.Write(w, model, metadata)
	})
	if err != nil {
		return err
	}
	st.reached(lastStaged)
	if err := atomicfile.Publish(st.fs, temporary, path); err != nil {
		return err
	}
	st.reached(lastPublished)
	return nil
}

// removeUnlessUsed frees the space of a state whose last.safetensors could not
// be written.
func (st store) removeUnlessUsed(dir, name string) {
	now, err := readPointer(filepath.Join(dir, LastFile))
	used := ""
	if err == nil {
		_, used, err = findState(dir, now)
	}
	if errors.Is(err, fs.ErrNotExist) || err == nil && used != name {
		_ = st.fs.Remove(filepath.Join(dir, name)) // if it stays, it costs space alone
	}
}

var statePattern = regexp.MustCompile(`^state-[0-9]+(-2)?\.safetensors$`)

// stateNames returns the names that a step's state may have.
func stateNames(step int) [2]string {
	return [2]string{fmt.Sprintf("state-%d.safetensors", step), fmt.Sprintf("state-%d-2.safetensors", step)}
}

// sweep deletes the states but one, and the temporaries that killed processes
// left. The checkpoint is complete without it, so what cannot be deleted stays
// until the next time.
func (st store) sweep(dir, keep string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		old := statePattern.MatchString(name) && name != keep
		ours := strings.HasPrefix(name, "state-") || strings.HasPrefix(name, LastFile)
		if old || ours && atomicfile.IsTemporary(name) {
			_ = st.fs.Remove(filepath.Join(dir, name))
		}
	}
}
