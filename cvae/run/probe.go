package run

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// probedExamples bounds the labelled training examples that Probe draws from,
// twice the most that it trains on at once, and the examples of a split that Factors
// measures.
const probedExamples = 20000

// Probe says how well a linear classifier reads the label of that name off the
// posterior means: it trains on the training split, on several draws of
// labelled examples, and scores on all of the test split, of which it keeps no
// posterior. progress is told how far each stage is, and may be nil.
func (r *Run) Probe(ctx context.Context, c *corpora.Corpus, label string, draws int, seed uint64, progress func(stage string, done, total int)) (eval.ProbeReport, error) {
	if !r.Latent().HasPlane() {
		return eval.ProbeReport{}, fmt.Errorf("%w: method %s has no latent vector to probe", ErrRequest, r.Config.Method)
	}
	train, err := r.LabelledSet(ctx, c, dialog.Train, label)
	if err != nil {
		return eval.ProbeReport{}, err
	}
	defer train.Close()
	test, err := r.LabelledSet(ctx, c, dialog.Test, label)
	if err != nil {
		return eval.ProbeReport{}, err
	}
	defer test.Close()
	examples := train.drawn(probedExamples, seed)
	classes, tests := numbered(train, slices.Values(examples), test)
	if len(classes) == 1 {
		return eval.ProbeReport{}, fmt.Errorf("%w: every labelled example of %s has the one value %q of the label %s, so there is nothing to tell apart; name a label of several values", ErrRequest, c.Name(), slices.Collect(maps.Keys(classes))[0], label)
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	done, total := 0, len(examples)+tests
	read := func(s LabelledSet, examples iter.Seq[int], take func(eval.Labelled) error) error {
		return r.eachPosterior(ctx, s.Set, examples, seed, func(chunk []int, p eval.Posteriors) error {
			l := eval.Labelled{D: p.D, Features: p.Mean}
			for _, i := range chunk {
				l.Labels = append(l.Labels, classes[s.Value(i, 0)])
			}
			done += len(chunk)
			progress("encoding", done, total)
			return take(l)
		})
	}
	var learnt eval.Labelled
	err = read(train, slices.Values(examples), func(l eval.Labelled) error {
		learnt.D, learnt.Features, learnt.Labels = l.D, append(learnt.Features, l.Features...), append(learnt.Labels, l.Labels...)
		return nil
	})
	if err != nil {
		return eval.ProbeReport{}, err
	}
	probe, err := eval.FitProbe(ctx, learnt, draws, seed, func(done, total int) { progress("training", done, total) })
	if err != nil {
		return eval.ProbeReport{}, err
	}
	if err := read(test, test.Labelled(), probe.Test); err != nil {
		return eval.ProbeReport{}, err
	}
	return probe.Report()
}

// numbered numbers the values of a label of some training examples and of all test
// examples in the order of their names, and counts the test examples that have it.
func numbered(train LabelledSet, examples iter.Seq[int], test LabelledSet) (numbers map[string]int, tests int) {
	numbers = map[string]int{}
	for i := range examples {
		numbers[train.Value(i, 0)] = 0
	}
	for i := range test.Labelled() {
		numbers[test.Value(i, 0)] = 0
		tests++
	}
	for n, value := range slices.Sorted(maps.Keys(numbers)) {
		numbers[value] = n
	}
	return numbers, tests
}
