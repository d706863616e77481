package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// ErrNoRun says that a path is not that of a run directory.
var ErrNoRun = errors.New("not a run directory")

// files are those of a run directory, on disk or in the program.
type files struct {
	fs.FS
	dir string // the name of the run
}

func (f files) path(name string) string { return filepath.Join(f.dir, name) }

// ReadConfig reads the configuration of the run in dir. The error wraps
// [ErrNoRun] where there is no run.
func ReadConfig(dir string) (config.Config, error) { return files{os.DirFS(dir), dir}.config() }

func (f files) config() (config.Config, error) {
	b, err := fs.ReadFile(f, rundir.ConfigFile)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return config.Config{}, fmt.Errorf("%q is %w: it has no %s", f.dir, ErrNoRun, rundir.ConfigFile)
	}
	if err != nil {
		return config.Config{}, fmt.Errorf("opening run %s: %w", f.dir, err)
	}
	c, err := config.Parse(b)
	if err != nil {
		return c, fmt.Errorf("%s: %w", f.path(rundir.ConfigFile), err)
	}
	return c, nil
}

// ReadTokenizer reads the tokenizer of the run in dir.
func ReadTokenizer(dir string) (tokenize.Tokenizer, error) {
	return files{os.DirFS(dir), dir}.tokenizer()
}

// tokenizer reads tokenizer.json.
func (f files) tokenizer() (tokenize.Tokenizer, error) {
	file, err := f.Open(rundir.TokenizerFile)
	if err != nil {
		return nil, fmt.Errorf("opening the tokenizer of %s: %w", f.dir, err)
	}
	defer file.Close()
	t, err := tokenize.Load(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(rundir.TokenizerFile), err)
	}
	return t, nil
}

// MarshalTokenizer is the content of tokenizer.json.
func MarshalTokenizer(t tokenize.Tokenizer) ([]byte, error) {
	w, ok := t.(io.WriterTo)
	if !ok {
		return nil, fmt.Errorf("a tokenizer of type %T cannot be saved", t)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("encoding the tokenizer: %w", err)
	}
	return b.Bytes(), nil
}

// model reads the tensors of the best model and what it says of itself.
func (f files) model() ([]safetensors.Tensor, map[string]string, error) {
	file, err := f.Open(rundir.ModelFile)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	at, ok := file.(io.ReaderAt)
	if !ok || info.IsDir() {
		return nil, nil, fmt.Errorf("%s is not a file", f.path(rundir.ModelFile))
	}
	tensors, metadata, err := checkpoint.ReadModel(at, info.Size())
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be used: %w", f.path(rundir.ModelFile), err)
	}
	return tensors, metadata, nil
}

// latent reads latent.json, which a run that has not ended lacks.
func (f files) latent() (*dialog.LatentCard, error) {
	b, err := fs.ReadFile(f, rundir.LatentFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", f.dir, err)
	}
	c := &dialog.LatentCard{Measured: true}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w; delete it and resume the run to have it written again", f.path(rundir.LatentFile), err)
	}
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w; delete it and resume the run to have it written again", f.path(rundir.LatentFile), err)
	}
	return c, nil
}

// Ended says why training in the run directory ended, "" if it can go on.
func Ended(dir string) (reason string, err error) {
	c, err := checkpoint.Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return train.Ended(c)
}
