package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// Repair mends what Run found and can be mended, and returns the findings with what
// came of each. It needs the lock of the run.
func Repair(dir string, findings []Finding) ([]Finding, error) {
	d, err := rundir.Hold(dir)
	if err != nil {
		return findings, err
	}
	for i, f := range findings {
		if f.mend == nil {
			continue
		}
		if err := f.mend(d); err != nil {
			findings[i].Cure = "mending it failed: " + err.Error()
			continue
		}
		findings[i].Repaired = true
	}
	return findings, d.Close()
}

// removing takes a file away.
func removing(name string) func(*rundir.Dir) error {
	return func(d *rundir.Dir) error { return os.Remove(d.Path(name)) }
}

// learnAgain finds that the tokenizer or the labels are not the run's. Both were
// learnt from the corpus, and are again where it is the same.
func (c *checker) learnAgain(name string, fault error) {
	var mend func(*rundir.Dir) error
	cure := "put back the one of the run"
	if want := map[string]string{rundir.TokenizerFile: c.origin.Tokenizer, rundir.LabelsFile: c.origin.Labels}[name]; c.hasFile && want != "" {
		cure = "it is learnt again from the corpus, and taken if it is the one that the model was trained with"
		mend = func(d *rundir.Dir) error {
			learnt, err := training.Learn(context.Background(), c.config)
			if err != nil {
				return err
			}
			if learnt[name].SHA256 != want {
				return errors.New("what the corpus gives now is not what the model was trained with; put back the one of the run")
			}
			return d.WriteFile(name, learnt[name].Content)
		}
	}
	c.found(name, fault, cure, mend)
}

// shorten lets a run go on with the first so many bytes of its log.
func shorten(d *rundir.Dir, s checkpoint.State, whole int64) error {
	f, err := os.OpenFile(d.Path(rundir.LogFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	defer f.Close()
	if err := f.Truncate(whole); err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	s.LogLength = whole
	return checkpoint.Save(d.Path("."), s)
}
