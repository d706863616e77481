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
// the test split. Examples that lack one of the labels are left out. Active are the
// dimensions whose drawn means vary relative to the prior. progress may be nil.
func (r *Run) Factors(ctx context.Context, c *corpora.Corpus, names []string, seed uint64, progress func(done, total int)) (factors.Report, error) {
	if !r.Latent().HasPlane() {
		return factors.Report{}, fmt.Errorf("%w: method %s has no latent vector to probe", ErrRequest, r.Config.Method)
	}
	splits := map[dialog.Split]*factored{}
	for _, split := range []dialog.Split{dialog.Train, dialog.Test} {
		f, err := r.factored(ctx, c, split, names)
		if err != nil {
			return factors.Report{}, err
		}
		defer f.set.Close()
		splits[split] = f
	}
	train, test := splits[dialog.Train], splits[dialog.Test]
	train.examples = drawn(train.examples, probedExamples, seed)
	numbers := numbersOf(names, train, test)
	done, total := 0, len(train.examples)+len(test.examples)
	var data [2]factors.Data
	var inferred eval.Posteriors
	for i, f := range []*factored{train, test} {
		p, err := r.Posteriors(ctx, f.set, f.examples, seed, func(n, _ int) {
			if progress != nil {
				progress(done+n, total)
			}
		})
		if err != nil {
			return factors.Report{}, err
		}
		done += len(f.examples)
		data[i], inferred = factors.Data{D: p.D, Codes: p.Mean, Factors: f.numbered(numbers)}, p
	}
	return factors.Measure(ctx, names, data[0], data[1], active(inferred), seed)
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

// A factored split is one with the values of several labels.
type factored struct {
	set      *dialog.Set
	values   [][]string // by label, of every example
	examples []int      // those that have all labels
}

func (r *Run) factored(ctx context.Context, c *corpora.Corpus, split dialog.Split, names []string) (*factored, error) {
	f := &factored{}
	for _, name := range names {
		s, err := r.LabelledSet(ctx, c, split, name)
		if f.set != nil {
			f.set.Close() // the last one stays
		}
		if err != nil {
			return nil, err
		}
		values := make([]string, s.Len())
		for i := range values {
			values[i] = s.Value(i)
		}
		f.values, f.set = append(f.values, values), s.Set
	}
	for i := range f.set.Len() {
		if !slices.ContainsFunc(f.values, func(values []string) bool { return values[i] == "" }) {
			f.examples = append(f.examples, i)
		}
	}
	return f, nil
}

// numbersOf numbers the values of each label in the order of their names.
func numbersOf(names []string, splits ...*factored) []map[string]int {
	all := make([]map[string]int, len(names))
	for k := range names {
		seen := map[string]int{}
		for _, f := range splits {
			for _, i := range f.examples {
				seen[f.values[k][i]] = 0
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
func (f *factored) numbered(numbers []map[string]int) (list [][]int) {
	for k := range f.values {
		var of []int
		for _, i := range f.examples {
			of = append(of, numbers[k][f.values[k][i]])
		}
		list = append(list, of)
	}
	return list
}
