package report

import (
	"context"
	"fmt"
	"sync"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/metric"
)

// A measurer measures runs on one material.
type measurer struct {
	Options
	material
	progress  Progress
	reference *reference
	vectors   func() (*metric.Vectors, error) // read when first asked for
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
	m.vectors = sync.OnceValues(func() (*metric.Vectors, error) { return m.readVectors(ctx, o) })
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
