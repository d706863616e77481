package training

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// openCorpus opens the corpus, that of a run that goes on in the format that it was
// read in, and makes its path one that holds from every folder.
func (t *Training) openCorpus() (err error) {
	c := t.Config
	if t.options.Resume {
		c = run.KnownOrigin(t.options.Out, "").AsDetected(c)
	}
	if t.corpus, err = run.OpenCorpus(c); err != nil {
		if t.options.Resume && errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; if it has moved, name its place by --corpus", err)
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = setting.Of("corpus", err)
		}
		return err
	}
	if !t.corpus.Embedded() {
		if t.Config.Corpus, err = filepath.Abs(c.Corpus); err != nil {
			return fmt.Errorf("finding the corpus %s: %w", c.Corpus, err)
		}
	}
	if err := t.corpus.CheckSplits(); err != nil || t.options.Resume {
		return err
	}
	for _, w := range t.corpus.Unsaid() {
		t.Warnings = append(t.Warnings, w.Message)
	}
	return nil
}

// check looks at every file that training will need, before any work: those of the
// run that goes on, of the one that this one starts from, the word vectors.
func (t *Training) check() (err error) {
	if !t.fresh() {
		return t.recall()
	}
	if t.Config.Init != "" {
		if _, err := run.StartOf(t.Config.Init).Config(); errors.Is(err, run.ErrNoRun) {
			return setting.Of("init_from", fmt.Errorf("starting from another run: %w", err))
		}
		if t.first, err = run.StartOf(t.Config.Init).Weights(); err != nil {
			return setting.Of("init_from", fmt.Errorf("starting from run %s: %w", t.Config.Init, err))
		}
		if t.first.Warning != "" {
			t.Warnings = append(t.Warnings, t.first.Warning)
		}
	}
	if path := t.Config.Embedding.Init; path != "" {
		if err := metric.CheckVectors(path); err != nil {
			return config.Error{Err: setting.Of("embedding.init", fmt.Errorf("embedding.init: %w", err))}
		}
	}
	if t.dir == nil {
		return nil
	}
	t.origin.Format = t.corpus.Format().Name
	t.origin.Corpus, err = t.corpus.Content()
	t.origin.Sum = t.origin.Corpus.Sum()
	return err
}

// recall checks that the run in the directory is this one, on its corpus, and loads
// its checkpoint and its best model.
func (t *Training) recall() (err error) {
	if t.old, err = run.ReadConfig(t.options.Out); err != nil {
		return err
	}
	if err := t.old.Complete(); err != nil { // settings as numbers, however YAML wrote them
		return fmt.Errorf("%s: %w", t.dir.Path(rundir.ConfigFile), err)
	}
	if err := t.Config.SameRun(t.old); err != nil {
		return err
	}
	state, err := checkpoint.Load(t.options.Out)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no checkpoint: %w", t.options.Out, err)
	}
	if err != nil {
		return fmt.Errorf("%w; the run cannot be resumed: cvae check %s says which of its files are whole, and cvae train --init %s starts another from its best model", err, safe.Argument(t.options.Out), safe.Argument(t.options.Out))
	}
	t.saved, t.origin = &state, run.KnownOrigin(t.options.Out, state.Origin)
	if err := t.checkCorpus(); err != nil {
		return err
	}
	if err := t.checkLog(); err != nil {
		return err
	}
	return t.checkBest()
}

// checkCorpus refuses a corpus with another content than the run's; of a run of an
// unknown origin it refuses another path.
func (t *Training) checkCorpus() error {
	if t.options.AcceptCorpus {
		return nil
	}
	if t.origin.Sum != "" {
		return t.origin.CheckCorpus(t.corpus, t.Config.Corpus)
	}
	before := t.old.Corpus
	if abs, err := filepath.Abs(before); err == nil && !t.corpus.Embedded() {
		before = abs
	}
	if t.Config.Corpus != before {
		return config.Error{Err: fmt.Errorf("the run was started with another configuration (corpus is now %s and was %s), and does not say what its corpus held; if this is the same corpus, go on by --accept-corpus", t.Config.Corpus, before)}
	}
	if !t.corpus.Embedded() {
		t.Warnings = append(t.Warnings, t.origin.Unknown(t.options.Out))
	}
	return nil
}

// checkLog refuses a log that is shorter than the checkpoint says.
func (t *Training) checkLog() error {
	info, err := os.Stat(t.dir.Path(rundir.LogFile))
	if err == nil && !info.Mode().IsRegular() {
		err = regular.ErrKind
	}
	if err == nil && info.Size() < t.saved.LogLength {
		err = fmt.Errorf("it has %d bytes, and the checkpoint counts %d", info.Size(), t.saved.LogLength)
	}
	if err != nil && t.saved.LogLength > 0 {
		return fmt.Errorf("%s cannot be continued: %w; cvae check --repair %s lets the run go on without the lines that are gone", t.dir.Path(rundir.LogFile), err, safe.Argument(t.options.Out))
	}
	return nil
}

// checkBest looks whether the best model is there, before any training is spent. One
// that is gone is replaced by the parameters of the checkpoint, and forgotten: the
// next validation is the best.
func (t *Training) checkBest() error {
	wanted, err := train.HasBest(*t.saved)
	if err != nil {
		return fmt.Errorf("%s: %w", t.options.Out, err)
	}
	if !wanted {
		return nil
	}
	_, metadata, fault := checkpoint.LoadModel(t.dir.Path(rundir.ModelFile))
	if fault == nil && metadata["bound"] != "" {
		return nil
	}
	if fault != nil {
		why := fault.Error()
		if errors.Is(fault, fs.ErrNotExist) {
			why = t.dir.Path(rundir.ModelFile) + " is missing"
		}
		t.Warnings = append(t.Warnings, fmt.Sprintf("%s; the run goes on from %s, of step %d, and the next validation makes the best model", why, rundir.LastFile, t.saved.Step))
		if err := (keeper{t}).saveNewest(t.saved.Model, t.saved.Step); err != nil {
			return err
		}
	}
	*t.saved, err = train.ForgetBest(*t.saved)
	return err
}

// pin records the corpus of a run that goes on where it was not known, or where
// another was accepted.
func (t *Training) pin() error {
	if t.origin.Sum != "" && !t.options.AcceptCorpus {
		return nil
	}
	content, err := t.corpus.Content()
	if err != nil {
		return err
	}
	t.origin.Format, t.origin.Corpus = t.corpus.Format().Name, content
	for name, sum := range map[string]*string{rundir.TokenizerFile: &t.origin.Tokenizer, rundir.LabelsFile: &t.origin.Labels} {
		if b, err := os.ReadFile(t.dir.Path(name)); err == nil { // they were read before
			*sum = run.Fingerprint(b)
		}
	}
	return t.writeOrigin()
}

// writeOrigin writes data.json. A corpus that was written to since it was read is
// refused.
func (t *Training) writeOrigin() error {
	now, err := t.corpus.Content()
	if err != nil {
		return err
	}
	if now.Sum() != t.origin.Corpus.Sum() {
		return fmt.Errorf("%s changed while it was read (%s); wait until it is written, and train again", t.Config.Corpus, now.Against(t.origin.Corpus))
	}
	t.origin.Sum = now.Sum()
	b, err := run.MarshalOrigin(t.origin)
	if err != nil {
		return err
	}
	return t.dir.WriteFile(rundir.DataFile, b)
}
