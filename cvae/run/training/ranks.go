package training

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// Share gives every rank a folder for the run: rank 0 the run's own, the others one that
// is gone after done. Where the run goes on they begin with copies of its files, which
// rank 0 sends, so that ranks need no file system in common but for the corpus.
func Share(l ranks.Link, out string, resume bool) (dir string, done func(), err error) {
	dir, done = out, func() {}
	if l.Rank() > 0 {
		if dir, err = os.MkdirTemp("", "cvae-rank-"); err != nil {
			return "", done, fmt.Errorf("making the folder of rank %d: %w", l.Rank(), err)
		}
		done = func() { _ = os.RemoveAll(dir) } // it is the system's folder for what may stay behind
	}
	if l.Size() == 1 || !resume {
		return dir, done, nil
	}
	if err = shareFiles(l, dir); err != nil {
		done()
		return "", done, fmt.Errorf("sending the run to the ranks: %w", err)
	}
	return dir, done, nil
}

// shareFiles copies the files in the folder of rank 0 to those of the others.
func shareFiles(l ranks.Link, dir string) error {
	var names []string
	var fault error
	if l.Rank() == 0 {
		names, fault = filesIn(dir)
	}
	for i := 0; ; i++ {
		var name, content []byte
		if i < len(names) && fault == nil {
			name = []byte(names[i])
			content, fault = os.ReadFile(filepath.Join(dir, names[i]))
		}
		named, err := ranks.Gather(l, name)
		if err == nil && len(named[0]) == 0 {
			return fault
		}
		sent := [][]byte{nil}
		if err == nil {
			sent, err = ranks.Gather(l, content)
		}
		if err == nil && l.Rank() > 0 {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(string(named[0]))), sent[0], 0o600)
		}
		if err != nil {
			return err
		}
	}
}

// filesIn are the names of the regular files of a run, but for its lock.
func filesIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != rundir.LockFile {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// checkRanks refuses a rank that is not like rank 0: another program, configuration,
// corpus or tokenizer would end in other parameters.
func (t *Training) checkRanks() error {
	l := t.options.Ranks
	if l.Size() == 1 {
		return nil
	}
	program, err := programSum()
	if err != nil {
		return err
	}
	c := t.Config
	c.Corpus, c.Kernels = "", string(t.team.Path())
	settings, err := c.Marshal()
	if err != nil {
		return err
	}
	corpus, err := t.corpus.Content()
	if err != nil {
		return err
	}
	for _, what := range []struct {
		name    string
		content []byte
	}{{"program", program}, {"configuration", settings}, {"corpus", []byte(corpus.Sum())}, {"number of examples", fmt.Append(nil, t.trainer.BatchesPerEpoch(), t.words.Size())}} {
		if err := alike(l, what.name, what.content); err != nil {
			return err
		}
	}
	return nil
}

// alike refuses a rank of which something is not as that of rank 0.
func alike(l ranks.Link, name string, content []byte) error {
	sum := sha256.Sum256(content)
	all, err := ranks.Gather(l, sum[:])
	if err != nil {
		return err
	}
	for r := range all {
		if string(all[r]) != string(all[0]) {
			return config.Error{Err: fmt.Errorf("rank %d has another %s than rank 0; start all ranks with the same program, settings and files", r, name)}
		}
	}
	return nil
}

// checkFirst refuses a rank that begins with other parameters: those of another run, or
// other word vectors, under the same name.
func (t *Training) checkFirst() error {
	l := t.options.Ranks
	if l.Size() == 1 {
		return nil
	}
	var content []byte
	for _, p := range t.model.Params() {
		for _, x := range p.Value {
			content = binary.LittleEndian.AppendUint32(content, math.Float32bits(x))
		}
	}
	return alike(l, "set of first parameters", content)
}

// programSum is the sha256 of the program that runs.
func programSum() ([]byte, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading this program: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, fmt.Errorf("reading this program: %w", err)
	}
	return h.Sum(nil), nil
}
