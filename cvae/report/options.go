package report

import (
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// Options says what Collect measures.
type Options struct {
	// Out is the folder where Collect keeps the reference language model and what
	// it has measured, so that a second call goes on where the first was stopped.
	Out string
	// Corpus and Format name another corpus than that of the runs; empty: theirs.
	Corpus, Format string
	Split          dialog.Split
	Samples        int // responses a context
	MaxContexts    int
	Seed           uint64
	Vectors        string // a file of word vectors; empty: none
	Label          string // colours the plane; empty: see [run.FindLabel]
	LMSteps        int    // of the reference language model; 0: none is trained
	Threads        int    // of the reference language model; 0: one per processor
	Cache          string // a folder for encoded corpora; empty: none
}

// Defaults are the options of cvae report.
func Defaults() Options {
	return Options{Split: dialog.Test, Samples: 10, MaxContexts: 500, Seed: 1, LMSteps: 2000}
}

// A Progress is told how far a stage of the work is.
type Progress func(stage string, done, total int)

func (o Options) validate(runs []*run.Run) error {
	switch {
	case len(runs) == 0:
		return errors.New("there is no run to report on")
	case o.Out == "":
		return errors.New("there is no folder for the report")
	case o.Samples < 1 || o.Samples > dialog.MaxResponses:
		return fmt.Errorf("%d responses a context; it must be from 1 to %d", o.Samples, dialog.MaxResponses)
	case o.MaxContexts < 1:
		return fmt.Errorf("%d contexts; it must be at least 1", o.MaxContexts)
	case o.LMSteps < 0:
		return fmt.Errorf("%d steps of the reference language model; it must be 0, for none, or more", o.LMSteps)
	}
	for _, r := range runs {
		if r.Sentences() != runs[0].Sentences() {
			return fmt.Errorf("%w: of %s and %s one is a model of sentences and the other one of dialogue; report on them apart", run.ErrRequest, runs[0].Dir, r.Dir)
		}
	}
	return nil
}

// source is the configuration that says how the corpus of a run is read.
func (o Options) source(c config.Config) config.Config {
	if o.Corpus != "" {
		c.Corpus, c.Format = o.Corpus, o.Format
		c.SkipBad, c.Dedup = false, false
	}
	return c
}
