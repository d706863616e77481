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
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// ErrNoRun says that a path is not that of a run directory.
var ErrNoRun = errors.New("not a run directory")

// errNoModel says that a run has no parameters.
var errNoModel = noModel{}

type noModel struct{}

func (noModel) Error() string { return "there is no model yet" }

// Unwrap says that files are missing.
func (noModel) Unwrap() error { return fs.ErrNotExist }

// files are those of a run directory, on disk or in the program.
type files struct {
	fs.FS
	dir      string // the name of the run
	embedded bool   // in the program
}

func inFolder(dir string) files { return files{FS: os.DirFS(dir), dir: dir} }

func inProgram() files { return files{FS: builtin.Files(), dir: BuiltinName, embedded: true} }

// Stat implements fs.StatFS. Without it a file is opened to look at it, and a pipe waits
// for its writer.
func (f files) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

// The most bytes that the texts of a run have: its configuration, and others.
const (
	mostConfig = 1 << 20
	mostText   = 64 << 20
)

func (f files) path(name string) string { return filepath.Join(f.dir, name) }

// ReadConfig reads the configuration of the run in dir. The error wraps
// [ErrNoRun] where there is no run.
func ReadConfig(dir string) (config.Config, error) { return inFolder(dir).config() }

func (f files) config() (config.Config, error) {
	b, err := regular.ReadIn(f, rundir.ConfigFile, mostConfig)
	if packed := f.packed(); err != nil && packed != nil {
		return config.Config{}, packed
	}
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

// packed says that somebody gave a run as an archive; nil: nobody did.
func (f files) packed() error {
	if kind := regular.Packed(regular.Head(f.dir)); kind != "" {
		return fmt.Errorf("%q is %w: it is %s; unpack it and name the folder that it makes", f.dir, ErrNoRun, kind)
	}
	return nil
}

// ReadTokenizer reads the tokenizer of the run in dir, which must be the one of the
// origin.
func ReadTokenizer(dir string, o Origin) (tokenize.Tokenizer, error) {
	return inFolder(dir).tokenizer(o)
}

// tokenizer reads tokenizer.json.
func (f files) tokenizer(o Origin) (tokenize.Tokenizer, error) {
	b, err := regular.ReadIn(f, rundir.TokenizerFile, mostText)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w; put it back, or let cvae check --repair %s learn it again from the corpus", f.path(rundir.TokenizerFile), err, safe.Argument(f.dir))
	}
	if err := f.checkFile(rundir.TokenizerFile, o.Tokenizer, b); err != nil {
		return nil, err
	}
	t, err := tokenize.Load(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w; put it back, or let cvae check --repair %s learn it again from the corpus", f.path(rundir.TokenizerFile), err, safe.Argument(f.dir))
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

// Weights are the parameters of a run and what their file says of itself.
type Weights struct {
	Tensors  []safetensors.Tensor
	Metadata map[string]string // step, and those of [Origin]
	File     string            // its name in the run
	// Warning says why they are not those of the best model; empty: they are.
	Warning string
	Origin  Origin
}

// ReadWeights reads the best model of the run in dir or, where that is missing or
// damaged, the newest parameters, and says so.
func ReadWeights(dir string) (Weights, error) { return inFolder(dir).weights() }

func (f files) weights() (Weights, error) {
	w, err := f.parameters(rundir.ModelFile)
	if err == nil {
		w.Origin = f.known(originOf(w.Metadata))
		return w, nil
	}
	newest, fault := f.parameters(rundir.LastFile)
	if packed := f.packed(); fault != nil && packed != nil {
		return w, packed
	}
	if errors.Is(err, fs.ErrNotExist) && errors.Is(fault, fs.ErrNotExist) {
		return w, fmt.Errorf("%w: training has not saved one; wait for its first validation, or go on with cvae train --resume --out %s", errNoModel, safe.Argument(f.dir))
	}
	if fault != nil {
		return w, err
	}
	why := err.Error()
	if errors.Is(err, fs.ErrNotExist) {
		why = f.path(rundir.ModelFile) + " is missing, as it is before the first validation"
	}
	newest.Origin = f.known(Origin{})
	newest.Warning = fmt.Sprintf("%s; the newest parameters, %s of step %s, are used in its place", why, rundir.LastFile, newest.Metadata["step"])
	return newest, nil
}

// parameters reads a file of parameters.
func (f files) parameters(name string) (w Weights, err error) {
	file, size, err := regular.OpenIn(f, name)
	if err != nil {
		return w, fmt.Errorf("%s cannot be read: %w", f.path(name), err)
	}
	defer file.Close()
	at, ok := file.(io.ReaderAt)
	if !ok {
		return w, fmt.Errorf("%s cannot be read at any place", f.path(name))
	}
	w.File = name
	read := checkpoint.ReadModel
	if f.embedded {
		read = checkpoint.ReadEmbedded
	}
	if w.Tensors, w.Metadata, err = read(at, size); err != nil {
		return w, fmt.Errorf("%s cannot be used: %w", f.path(name), err)
	}
	return w, nil
}

// latent reads latent.json, which a run that has not ended lacks.
func (f files) latent() (*dialog.LatentCard, error) {
	b, err := regular.ReadIn(f, rundir.LatentFile, mostText)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", f.path(rundir.LatentFile), err)
	}
	c, err := parseLatent(b)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", f.path(rundir.LatentFile), err)
	}
	return c, nil
}

func parseLatent(b []byte) (*dialog.LatentCard, error) {
	c := &dialog.LatentCard{Measured: true}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("it is not what a run writes: %w", err)
	}
	return c, c.Check()
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
