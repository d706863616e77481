package report

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
)

var unknown = Number(math.NaN())

// A reference is the language model that judges the responses: method lm of our
// table with the shapes of preset small, over the turns of the training split.
// Its words are the splitter's, so that runs with different tokenizers are
// judged by one model on the same words. nil judges nothing.
type reference struct{ *run.Run }

const (
	// referenceDir is its run directory in the report's folder.
	referenceDir = "reference-lm"
	// referenceTokens is the most words of a response that it judges.
	referenceTokens = 64
	// referenceInterval is how many steps pass between reports of progress.
	referenceInterval = 50
)

// referenceConfig is the configuration of the reference model.
func referenceConfig(source config.Config, steps int) (config.Config, error) {
	c, err := config.Defaults("small")
	if err != nil {
		return c, err
	}
	c.Method, c.Seed, c.MaxSteps, c.LogInterval = "lm", source.Seed, steps, referenceInterval
	c.Corpus, c.Reading = source.Corpus, source.Reading
	if source.Tokenizer.Kind == config.WordLevel {
		c.Tokenizer = source.Tokenizer
	}
	c.Batch = min(c.Batch, source.Batch) // which the corpus has enough examples for
	c.Model.Mode, c.Model.Decoder.Tokens = cvae.Text, referenceTokens
	return c, nil
}

// trainReference trains the reference model in the report's folder, or takes the
// one there if it is the same; nil without steps.
func trainReference(ctx context.Context, m material, o Options, progress Progress) (*reference, error) {
	if o.LMSteps == 0 {
		return nil, nil
	}
	c, err := referenceConfig(m.source, o.LMSteps)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.Out, referenceDir)
	if err := forgetReference(dir, m, o); err != nil {
		return nil, err
	}
	options := training.Options{Out: dir, Resume: true, Threads: o.Threads, Cache: o.Cache, Progress: stepping{progress, o.LMSteps}}
	t, err := training.Prepare(ctx, c, options)
	if isOther(err) { // it was another model: this one begins anew
		if err = os.RemoveAll(dir); err == nil {
			t, err = training.Prepare(ctx, c, options)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("preparing the reference language model: %w", err)
	}
	err = t.Train(ctx)
	t.Close()
	if err != nil {
		return nil, fmt.Errorf("training the reference language model: %w", err)
	}
	r, err := run.Open(dir, o.Threads) // without the memory of training
	if err != nil {
		return nil, err
	}
	return &reference{r}, nil
}

func isOther(err error) bool {
	var other config.Error
	return errors.As(err, &other)
}

// forgetReference deletes a model that was trained on what the corpus held at
// another time, or to another limit, where the best model may be another.
func forgetReference(dir string, m material, o Options) error {
	fingerprint, err := m.corpus.Fingerprint()
	if err != nil {
		return err
	}
	seen := filepath.Join(o.Out, partsDir, referenceDir+".corpus")
	before, _ := regular.Read(seen, mostPart) // none: whatever is there is not ours
	saved, err := run.ReadConfig(dir)
	if string(before) == fingerprint && (err != nil || saved.MaxSteps == o.LMSteps) {
		return nil
	}
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err != nil && !errors.Is(err, run.ErrNoRun) {
		return fmt.Errorf("deleting another reference language model: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(seen), 0o777); err != nil {
		return fmt.Errorf("keeping the parts of the report: %w", err)
	}
	return atomicfile.Write(seen, writing([]byte(fingerprint)))
}

// stepping passes the steps of training on.
type stepping struct {
	progress Progress
	steps    int
}

// Report implements dialog.Progress.
func (s stepping) Report(e dialog.Event) {
	s.progress("training the reference language model", e.Step, s.steps)
}

// hash is that of the model; empty where there is none.
func (l *reference) hash() (string, error) {
	if l == nil {
		return "", nil
	}
	id, err := l.Identity()
	return id[2], err
}
