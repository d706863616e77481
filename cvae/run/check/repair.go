package check

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
)

// Repair mends what Run found and can be mended, and returns the findings with what
// came of each. It needs the lock of the run. What is measured again is as o says;
// progress may be nil.
func Repair(ctx context.Context, dir string, findings []Finding, o training.Options, progress func(done, total int)) ([]Finding, error) {
	if !slices.ContainsFunc(findings, Finding.Repairable) {
		return findings, nil
	}
	if err := mend(dir, findings); err != nil {
		return findings, err
	}
	if !slices.ContainsFunc(findings, func(f Finding) bool { return f.measured }) {
		return findings, nil
	}
	err := training.MeasureAgain(ctx, dir, o, progress) // after the lock is free: it takes it
	if ctx.Err() != nil {
		return findings, context.Cause(ctx)
	}
	for i := range findings {
		if findings[i].measured {
			findings[i].came(err)
		}
	}
	return findings, nil
}

// mend mends what other files hold.
func mend(dir string, findings []Finding) error {
	d, err := rundir.Hold(dir)
	if err != nil {
		return err
	}
	for i, f := range findings {
		if f.mend != nil {
			findings[i].came(f.mend(d))
		}
	}
	return d.Close()
}

// came notes what came of mending.
func (f *Finding) came(err error) {
	if f.Repaired = err == nil; err != nil {
		f.Cure = "mending it failed: " + err.Error()
	}
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
