package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// Factored is the JSON of factors.json: what [Run.Factors] measured, and of which
// parameters and which corpus.
type Factored struct {
	Run    string `json:"run"`
	Corpus string `json:"corpus"` // the name
	Seed   uint64 `json:"seed"`
	// Model is the SHA-256 of the file of parameters, and Content that of the
	// content of the corpus.
	Model   string `json:"model_sha256"`
	Content string `json:"corpus_sha256"`
	factors.Report
}

// MeasureFactors is [Run.Factors] with the identity of what was measured.
func (r *Run) MeasureFactors(ctx context.Context, c *corpora.Corpus, names []string, seed uint64, progress func(stage string, done, total int)) (f Factored, err error) {
	f = Factored{Run: r.Dir, Corpus: c.Name(), Seed: seed}
	if f.Model, err = r.files.hash(r.weights); err != nil {
		return f, err
	}
	content, err := c.Content()
	if err != nil {
		return f, err
	}
	f.Content = content.Sum()
	f.Report, err = r.Factors(ctx, c, names, seed, progress)
	return f, err
}

// KeepFactors writes factors.json into the folder of the run and returns its path. The
// model that is part of this program has no folder: then the path is empty.
func (r *Run) KeepFactors(f Factored) (path string, err error) {
	if r.Dir == BuiltinName {
		return "", nil
	}
	b, err := f.encoded()
	if err != nil {
		return "", err
	}
	path = r.files.path(rundir.FactorsFile)
	err = atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		err = fmt.Errorf("keeping the scores of the factors: %w", err)
	}
	return path, err
}

func (f Factored) encoded() ([]byte, error) {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the scores of the factors: %w", err)
	}
	return safe.JSON(append(b, '\n')), nil
}

// FactorsOf are those in factors.json, and nil where there is none, or it is damaged, or
// of other parameters or of another corpus than c: then the run warns.
func (r *Run) FactorsOf(c *corpora.Corpus) (*Factored, error) {
	f, err := r.files.factored(r.weights)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		r.WarnOf(fmt.Sprintf("%v; the report leaves it out, and cvae probe %s --factors all measures again", err, r.Dir))
		return nil, nil
	}
	content, err := c.Content()
	if err != nil {
		return nil, err
	}
	if f.Content != content.Sum() {
		r.WarnOf(fmt.Sprintf("%s is of the corpus %s, which has another content than that of the report; the report leaves it out", r.files.path(rundir.FactorsFile), f.Corpus))
		return nil, nil
	}
	f.Run = r.Dir
	return &f, nil
}

// CheckFactors refuses factors.json of the run in dir that is damaged or of other
// parameters than those in the file of this name. The error wraps fs.ErrNotExist where
// there is none.
func CheckFactors(dir, parameters string) error {
	_, err := inFolder(dir).factored(parameters)
	return err
}

// factored reads factors.json, which must be of these parameters.
func (f files) factored(parameters string) (measured Factored, err error) {
	path := f.path(rundir.FactorsFile)
	b, err := regular.ReadIn(f, rundir.FactorsFile, mostText)
	if err != nil {
		return measured, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := json.Unmarshal(b, &measured); err != nil {
		return measured, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if now, err := measured.encoded(); err != nil || !bytes.Equal(now, b) {
		return measured, fmt.Errorf("%s is not as this version of cvae writes it", path)
	}
	model, err := f.hash(parameters)
	if err == nil && measured.Model != model {
		err = fmt.Errorf("%s is stale: %s has changed since it was measured", path, parameters)
	}
	return measured, err
}
