package report

import (
	"context"
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
)

// A measurer measures runs on one material.
type measurer struct {
	Options
	material
	progress  Progress
	reference *reference
	vectors   *metric.Vectors
	label     string
	shared    []any // the part of every key that is not the run's
}

// Collect measures runs of one corpus, each on the same contexts. What it has
// measured is kept in o.Out, so that a call that was interrupted can be
// repeated and goes on. progress may be nil.
func Collect(ctx context.Context, runs []*run.Run, o Options, progress Progress) (Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if err := o.validate(runs); err != nil {
		return Report{}, err
	}
	m, err := newMeasurer(ctx, runs, o, progress)
	if err != nil {
		return Report{}, err
	}
	if m.reference != nil {
		defer m.reference.Close()
	}
	report := Report{Corpus: m.corpus.Name(), Split: string(o.Split), Seed: o.Seed, Contexts: len(m.exchanges), Samples: o.Samples, Runs: []Row{}, Models: []Model{}}
	if report.ReferencePPL, err = m.reference.perplexity(ctx, m.references()); err != nil {
		return Report{}, err
	}
	for _, r := range runs {
		model, rows, err := m.measure(ctx, r)
		if err != nil {
			return Report{}, err
		}
		report.Models, report.Runs = append(report.Models, model), append(report.Runs, rows...)
	}
	return report, nil
}

// newMeasurer reads the corpus and trains the reference language model.
func newMeasurer(ctx context.Context, runs []*run.Run, o Options, progress Progress) (*measurer, error) {
	m := &measurer{Options: o, progress: progress}
	var err error
	if m.material, err = gather(ctx, runs, o); err != nil {
		return nil, err
	}
	if m.label, err = run.FindLabel(ctx, m.corpus, o.Split, o.Label); err != nil {
		return nil, err
	}
	vectors, err := stamp(o.Vectors)
	if err != nil {
		return nil, fmt.Errorf("looking for the word vectors: %w", err)
	}
	fingerprint, err := m.corpus.Fingerprint()
	if err != nil {
		return nil, err
	}
	if m.vectors, err = m.readVectors(ctx, o); err != nil { // before the long work
		return nil, err
	}
	if m.reference, err = trainReference(ctx, m.material, o, progress); err != nil {
		return nil, err
	}
	hash, err := m.reference.hash()
	if err != nil {
		return nil, err
	}
	m.shared = []any{m.hash, fingerprint, m.splitter, o.Split, o.Samples, o.MaxContexts, o.Seed, m.label, vectors, hash}
	return m, nil
}

// references are the words of what people said in the chosen contexts.
func (m *measurer) references() (all [][]string) {
	for _, e := range m.exchanges {
		all = append(all, m.each(e.references)...)
	}
	return all
}

// Options says what Collect measures.
type Options struct {
	// Out is the folder where Collect keeps the reference language model and what
	// it has measured, so that a second call goes on where the first was stopped.
	Out         string
	run.Source  // another corpus than that of the runs; empty: theirs
	Split       dialog.Split
	Samples     int // responses a context
	MaxContexts int
	Seed        uint64
	Vectors     string // a file of word vectors; empty: none
	Label       string // colours the plane; empty: see [run.FindLabel]
	LMSteps     int    // of the reference language model; 0: none is trained
	Threads     int    // of the reference language model; 0: one per processor
	Cache       string // a folder for encoded corpora; empty: none
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
		c.Corpus, c.Reading = o.Corpus, o.Reading
	}
	return c
}
