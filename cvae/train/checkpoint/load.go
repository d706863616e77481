package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog/regular"
)

// A pointer is what last.safetensors says about the state that belongs to it.
// Which of the step's two names the state has depends on how often the step was
// saved, so it is not said: equal runs have equal files.
type pointer struct {
	step int
	sum  string // stateSum of the file
}

func (p pointer) metadata() map[string]string {
	return map[string]string{keyStep: strconv.Itoa(p.step), keyStateSum: p.sum}
}

func parsePointer(metadata map[string]string) (pointer, error) {
	step, err := number(metadata, keyStep)
	if err != nil {
		return pointer{}, err
	}
	return pointer{step: int(step), sum: metadata[keyStateSum]}, nil
}

// readPointer reads the pointer alone, without the check of the data.
func readPointer(path string) (pointer, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return pointer{}, err
	}
	defer f.Close()
	metadata, err := safetensors.ReadMetadata(f, size)
	if err != nil {
		return pointer{}, err
	}
	if err := checkFormat(metadata, kindLast); err != nil {
		return pointer{}, err
	}
	return parsePointer(metadata)
}

// Load returns the checkpoint in dir, with tensors in the byte order of their
// names and non-nil Values. Both files are checked against their checksums.
// The error names the file and the fault. It wraps fs.ErrNotExist if there is
// no checkpoint, and only then: one without its state is damaged, not absent.
func Load(dir string) (State, error) {
	path := filepath.Join(dir, LastFile)
	model, metadata, err := loadSealed(path, kindLast)
	if err != nil {
		return State{}, err
	}
	p, err := parsePointer(metadata)
	if err != nil {
		return State{}, fmt.Errorf("%s cannot be used: %w", path, err)
	}
	s, _, err := findState(dir, p)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, fmt.Errorf("%s belongs to the state %s, which is missing", path, stateNames(p.step)[0])
	}
	if err != nil {
		return State{}, err
	}
	s.Model = model
	return s, nil
}

// findState reads the state of p under the name that it has, which it returns.
func findState(dir string, p pointer) (s State, name string, err error) {
	err = fs.ErrNotExist
	for _, name := range stateNames(p.step) {
		s, fault := loadState(filepath.Join(dir, name), p)
		if fault == nil {
			return s, name, nil
		}
		if !errors.Is(fault, fs.ErrNotExist) {
			err = fault
		}
	}
	return State{}, "", err
}

// loadState reads the state that p points to, all but the model.
func loadState(path string, p pointer) (State, error) {
	f, size, err := regular.Open(path)
	if err != nil {
		return State{}, err
	}
	defer f.Close()
	s, err := parseState(f, size, p)
	if err != nil {
		return State{}, fmt.Errorf("%s cannot be used: %w", path, err)
	}
	return s, nil
}

func parseState(r io.ReaderAt, size int64, p pointer) (State, error) {
	training, metadata, err := safetensors.Read(r, size)
	if err != nil {
		return State{}, err
	}
	sum, err := stateSum(training, metadata)
	if err != nil {
		return State{}, err
	}
	if sum != p.sum {
		return State{}, fmt.Errorf("it is not the state that %s belongs to: its sha256 differs, so it is damaged or was exchanged", LastFile)
	}
	if err := checkFormat(metadata, kindState); err != nil {
		return State{}, err
	}
	step, err := number(metadata, keyStep)
	if err != nil {
		return State{}, err
	}
	if int(step) != p.step {
		return State{}, fmt.Errorf("it is of step %d, and %s of step %d", step, LastFile, p.step)
	}
	c, err := parseClocks(metadata[keyClocks])
	if err != nil {
		return State{}, err
	}
	s := State{Step: p.step, Training: training, Values: withoutReserved(metadata), LogLength: c.logLength, Elapsed: c.elapsed}
	if s.Origin, err = unsealed(metadata, keyOrigin); err != nil {
		return State{}, err
	}
	s.Unlogged, err = unsealed(metadata, keyUnlogged)
	return s, err
}
