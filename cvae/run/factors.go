package run

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// FindFactors returns the labels of the training split of a corpus that are
// wanted, or, where none is named, all that have from 2 to 50 values.
func FindFactors(ctx context.Context, c *corpora.Corpus, want []string) ([]string, error) {
	if len(want) > 0 {
		for _, name := range want {
			if _, err := FindLabel(ctx, c, dialog.Train, name); err != nil {
				return nil, err
			}
		}
		return want, nil
	}
	classes, err := classesOf(Until(ctx, c.Dialogues(dialog.Train)))
	if err != nil {
		return nil, fmt.Errorf("reading the labels of the train split: %w", err)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		if n := len(classes[name]); n > 1 && n <= mostClasses {
			names = append(names, name)
		}
	}
	return names, nil
}

// Factors says how the dimensions of z stand to labels of these names: on the
// posterior means, what is learnt is learnt from the training split and scored on
// the test split, of each of which it draws some thousands where there are more.
// Examples that lack one of the labels are left out. Active are the
// dimensions whose drawn means vary relative to the prior. progress is told how far each
// stage is, and may be nil.
func (r *Run) Factors(ctx context.Context, c *corpora.Corpus, names []string, seed uint64, progress func(stage string, done, total int)) (factors.Report, error) {
	if !r.Latent().HasPlane() {
		return factors.Report{}, fmt.Errorf("%w: method %s has no latent vector to probe", ErrRequest, r.Config.Method)
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	var sets [2]factored // train, test
	for i, split := range []dialog.Split{dialog.Train, dialog.Test} {
		set, err := r.LabelledSet(ctx, c, split, names...)
		if err != nil {
			return factors.Report{}, err
		}
		defer set.Close()
		sets[i] = factored{set, set.drawn(probedExamples, seed)}
	}
	numbers := numbersOf(len(names), sets[:])
	done, total := 0, len(sets[0].examples)+len(sets[1].examples)
	var data [2]factors.Data
	var inferred eval.Posteriors
	for i, f := range sets {
		p, err := r.Posteriors(ctx, f.Set, f.examples, seed, func(n, _ int) {
			progress("encoding", done+n, total)
		})
		if err != nil {
			return factors.Report{}, err
		}
		done += len(f.examples)
		data[i], inferred = factors.Data{D: p.D, Codes: p.Mean, Factors: f.numbered(numbers)}, p
	}
	return factors.Measure(ctx, names, data[0], data[1], active(inferred), seed, func(done, total int) { progress("measuring", done, total) })
}

// active are the residual active units: dimensions of q̂ whose mean varies.
func active(p eval.Posteriors) []bool {
	moments := latent.NewMoments[float64](p.D)
	_ = moments.Add(p.Shift) // whole rows
	list := make([]bool, p.D)
	for j, v := range moments.Variance() {
		list[j] = v >= latent.ActiveThreshold
	}
	return list
}

// factored is a set and the examples that are measured, which have all labels.
type factored struct {
	LabelledSet
	examples []int
}

// numbersOf numbers the values of each of k labels in the order of their names.
func numbersOf(k int, sets []factored) []map[string]int {
	all := make([]map[string]int, k)
	for k := range all {
		seen := map[string]int{}
		for _, f := range sets {
			for _, i := range f.examples {
				seen[f.Value(i, k)] = 0
			}
		}
		for n, value := range slices.Sorted(maps.Keys(seen)) {
			seen[value] = n
		}
		all[k] = seen
	}
	return all
}

// numbered are the numbers of the values of the examples, by label.
func (f factored) numbered(numbers []map[string]int) (list [][]int) {
	for k := range numbers {
		var of []int
		for _, i := range f.examples {
			of = append(of, numbers[k][f.Value(i, k)])
		}
		list = append(list, of)
	}
	return list
}
