package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/tokenize"
)

// A Run is a trained model with its tokenizer. It is safe for concurrent use.
type Run struct {
	Dir       string
	Config    Config
	Tokenizer tokenize.Tokenizer
	team      *cvae.Team
	model     *cvae.Model[float32]
	mu        sync.Mutex // the model serves one caller at a time
}

// Open loads the best model of a run directory to work on threads workers, 0
// meaning one per processor.
func Open(dir string, threads int) (*Run, error) {
	c, err := ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	t, err := readTokenizer(filepath.Join(dir, rundir.TokenizerFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, rundir.ModelFile)
	saved, _, err := checkpoint.LoadModel(path)
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", dir, err)
	}
	r := &Run{Dir: dir, Config: c, Tokenizer: t}
	parts, err := r.Config.Resolve()
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", dir, err)
	}
	if err := r.build(parts, threads); err != nil {
		return nil, fmt.Errorf("opening run %s: %w", dir, err)
	}
	if err := train.Restore(r.model, saved); err != nil {
		r.Close()
		return nil, fmt.Errorf("%s does not fit %s: %w", path, rundir.ConfigFile, err)
	}
	return r, nil
}

// build makes the model with its first weights.
func (r *Run) build(parts method.Parts, threads int) (err error) {
	if r.team, err = cvae.NewTeam(threads); err != nil {
		return err
	}
	r.model, err = cvae.New[float32](r.Config.Model, r.Tokenizer.Size(), parts.Parts, r.Config.Seed, r.team)
	return err
}

// Close stops the workers.
func (r *Run) Close() { r.team.Close() }

// Parameters is the number of trained numbers of the model.
func (r *Run) Parameters() int { return r.model.Count() }

// ErrNoRun says that a path is not that of a run directory.
var ErrNoRun = errors.New("not a run directory")

// ReadConfig reads the configuration of the run in dir. The error wraps
// [ErrNoRun] where there is no run.
func ReadConfig(dir string) (Config, error) {
	path := filepath.Join(dir, rundir.ConfigFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return Config{}, fmt.Errorf("%q is %w: it has no %s", dir, ErrNoRun, rundir.ConfigFile)
	}
	if err != nil {
		return Config{}, fmt.Errorf("opening run %s: %w", dir, err)
	}
	c, err := ParseConfig(b)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func readTokenizer(path string) (tokenize.Tokenizer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the tokenizer: %w", err)
	}
	defer f.Close()
	t, err := tokenize.Load(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}
