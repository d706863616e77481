package run

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// probedExamples bounds the labelled training examples that Probe draws from,
// twice the most that it trains on at once.
const probedExamples = 20000

// Probe says how well a linear classifier reads the label of that name off the
// posterior means: it trains on the training split, on several draws of
// labelled examples, and scores on all of the test split. progress may be nil.
func (r *Run) Probe(ctx context.Context, c *corpora.Corpus, label string, draws int, seed uint64, progress func(done, total int)) (eval.ProbeReport, error) {
	if !r.Latent().HasPlane() {
		return eval.ProbeReport{}, fmt.Errorf("%w: method %s has no latent vector to probe", ErrRequest, r.Config.Method)
	}
	sets := map[dialog.Split]LabelledSet{}
	examples := map[dialog.Split][]int{}
	for _, split := range []dialog.Split{dialog.Train, dialog.Test} {
		s, err := r.LabelledSet(ctx, c, split, label)
		if err != nil {
			return eval.ProbeReport{}, err
		}
		defer s.Close()
		sets[split], examples[split] = s, withLabel(s)
	}
	examples[dialog.Train] = drawn(examples[dialog.Train], probedExamples, seed)
	classes := numbered(sets, examples)
	if len(classes) == 1 {
		return eval.ProbeReport{}, fmt.Errorf("%w: every labelled example of %s has the one value %q of the label %s, so there is nothing to tell apart; name a label of several values", ErrRequest, c.Name(), slices.Collect(maps.Keys(classes))[0], label)
	}
	done, total := 0, len(examples[dialog.Train])+len(examples[dialog.Test])
	labelled := map[dialog.Split]eval.Labelled{}
	for split, list := range examples {
		p, err := r.Posteriors(ctx, sets[split].Set, list, seed, func(n, _ int) {
			if progress != nil {
				progress(done+n, total)
			}
		})
		if err != nil {
			return eval.ProbeReport{}, err
		}
		done += len(list)
		l := eval.Labelled{D: p.D, Features: p.Mean}
		for _, i := range list {
			l.Labels = append(l.Labels, classes[sets[split].Value(i)])
		}
		labelled[split] = l
	}
	return eval.Probe(ctx, labelled[dialog.Train], labelled[dialog.Test], draws, seed)
}

// withLabel lists the examples that have the label.
func withLabel(s LabelledSet) (examples []int) {
	for i := range s.Len() {
		if s.Value(i) != "" {
			examples = append(examples, i)
		}
	}
	return examples
}

// drawn is at most n of the examples, in random order where it leaves some out.
func drawn(examples []int, n int, seed uint64) []int {
	if len(examples) <= n {
		return examples
	}
	stream := rng.New(seed, rng.Evaluate, -2, 0)
	out := make([]int, n)
	for i, at := range stream.Permutation(len(examples)).First(n) {
		out[i] = examples[at]
	}
	return out
}

// numbered numbers the values of the label in the order of their names.
func numbered(sets map[dialog.Split]LabelledSet, examples map[dialog.Split][]int) map[string]int {
	numbers := map[string]int{}
	for split, list := range examples {
		for _, i := range list {
			numbers[sets[split].Value(i)] = 0
		}
	}
	for n, value := range slices.Sorted(maps.Keys(numbers)) {
		numbers[value] = n
	}
	return numbers
}
