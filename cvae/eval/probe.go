package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/cvae-go/cvae/dialog/rng"
	"gonum.org/v1/gonum/stat"
)

// ProbeSizes returns the numbers of labelled examples that Probe trains on, as
// in the papers on text VAEs.
func ProbeSizes() []int { return []int{100, 500, 1000, 2000, 10000} }

// Labelled is examples with a label each: N rows of D features, the posterior
// means μ, and N labels, the numbers of classes counted from 0.
type Labelled struct {
	D        int
	Features []float64 // (N,D)
	Labels   []int     // (N)
}

// Len is the number of examples N.
func (l Labelled) Len() int { return len(l.Labels) }

// check says what is wrong with examples; name is theirs, and first the number of the
// first of them.
func (l Labelled) check(name string, first int) error {
	switch {
	case l.D < 1 || len(l.Features) != l.Len()*l.D:
		return fmt.Errorf("%d features are not %d %s examples of %d each", len(l.Features), l.Len(), name, l.D)
	}
	for i, label := range l.Labels {
		if label < 0 {
			return fmt.Errorf("%s example %d has the label %d; labels count from 0", name, first+i, label)
		}
	}
	for i, x := range l.Features {
		if !Number(x).Known() {
			return fmt.Errorf("%s example %d has the feature %v; the model may have diverged", name, first+i/l.D, x)
		}
	}
	return nil
}

// A ProbeReport says how well a linear classifier reads labels off the posterior
// means. Accuracies are shares of the test examples from 0 to 1.
type ProbeReport struct {
	// Majority is the share of the most frequent test label: the accuracy of one
	// who does not look. A probe near it has read nothing.
	Majority Number       `json:"majority"`
	Classes  int          `json:"classes"`
	Test     int          `json:"test"` // examples
	Scores   []ProbeScore `json:"scores"`
}

// A ProbeScore is the accuracy after training on some labelled examples.
type ProbeScore struct {
	Labels   int    `json:"labels"`   // trained on
	Draws    int    `json:"draws"`    // of so many examples, each without repetition
	Accuracy Number `json:"accuracy"` // mean over draws
	// Deviation is the standard deviation over draws; null for a single one.
	Deviation Number `json:"deviation"`
}

// A Probe is logistic regressions that read labels off posterior means: of each of
// ProbeSizes that the training examples have, on several random draws of so many examples.
// They are scored on test examples as these come, and none of these is kept. With fewer
// examples than the smallest size, or exactly as many as a size, all of them are one draw.
// Features are standardised on the examples drawn, so that the scale of the latent does not
// matter. What a Probe says is a function of its examples, draws and seed.
type Probe struct {
	d      int
	sizes  []probed
	labels map[int]bool // of training and test examples
	tested map[int]int  // test examples, by label
	tests  int
}

// probed are the classifiers of one size, and how many test examples each is right on.
type probed struct {
	size        int
	classifiers []*Classifier
	right       []int
}

// FitProbe trains the classifiers. progress is told how many of them are trained, and
// may be nil.
func FitProbe(ctx context.Context, train Labelled, draws int, seed uint64, progress func(done, total int)) (*Probe, error) {
	switch {
	case train.Len() == 0:
		return nil, errors.New("there are no labelled training examples to probe")
	case draws < 1:
		return nil, fmt.Errorf("%d draws of labelled examples; at least 1 is needed", draws)
	}
	if err := train.check("training", 0); err != nil {
		return nil, err
	}
	p := &Probe{d: train.D, labels: map[int]bool{}, tested: map[int]int{}}
	for _, label := range train.Labels {
		p.labels[label] = true
	}
	sizes := fittingSizes(train.Len())
	for n, size := range sizes {
		fitted, err := fitSize(ctx, train, size, draws, seed, func(i int) {
			if progress != nil {
				progress(n*draws+i, len(sizes)*draws)
			}
		})
		if err != nil {
			return nil, err
		}
		p.sizes = append(p.sizes, fitted)
	}
	return p, nil
}

// fitSize trains the classifiers of one size, and tells begun of each as it begins.
func fitSize(ctx context.Context, train Labelled, size, draws int, seed uint64, begun func(i int)) (p probed, err error) {
	if size == train.Len() {
		draws = 1
	}
	p.size, p.right = size, make([]int, draws)
	for i := range draws {
		begun(i)
		c, err := FitClassifier(ctx, train.draw(size, i, seed))
		if err != nil {
			return p, fmt.Errorf("probing with %d labels: %w", size, err)
		}
		p.classifiers = append(p.classifiers, c)
	}
	return p, nil
}

// Test scores the classifiers on some of the test examples.
func (p *Probe) Test(test Labelled) error {
	if test.D != p.d {
		return fmt.Errorf("training examples have %d features and test examples %d", p.d, test.D)
	}
	if err := test.check("test", p.tests); err != nil {
		return err
	}
	p.tests += test.Len()
	for _, label := range test.Labels {
		p.labels[label] = true
		p.tested[label]++
	}
	for _, size := range p.sizes {
		for i, c := range size.classifiers {
			size.right[i] += c.right(test)
		}
	}
	return nil
}

// Report is of the test examples so far.
func (p *Probe) Report() (ProbeReport, error) {
	if p.tests == 0 {
		return ProbeReport{}, errors.New("there are no labelled test examples to probe")
	}
	most := slices.Max(slices.Collect(maps.Values(p.tested)))
	report := ProbeReport{Majority: Number(float64(most) / float64(p.tests)), Test: p.tests, Classes: len(p.labels)}
	for _, size := range p.sizes {
		var accuracies []float64
		for _, right := range size.right {
			accuracies = append(accuracies, float64(right)/float64(p.tests))
		}
		mean, deviation := spread(accuracies)
		report.Scores = append(report.Scores, ProbeScore{size.size, len(accuracies), mean, deviation})
	}
	return report, nil
}

// fittingSizes is ProbeSizes up to n, or n where none fits.
func fittingSizes(n int) (sizes []int) {
	for _, size := range ProbeSizes() {
		if size <= n {
			sizes = append(sizes, size)
		}
	}
	if sizes == nil {
		sizes = []int{n}
	}
	return sizes
}

// draw picks size examples without repetition.
func (l Labelled) draw(size, number int, seed uint64) Labelled {
	stream := rng.New(seed, rng.Evaluate, size, number)
	out := Labelled{D: l.D}
	for _, i := range stream.Permutation(l.Len()).First(size) {
		out.Features = append(out.Features, row(l.Features, i, l.D)...)
		out.Labels = append(out.Labels, l.Labels[i])
	}
	return out
}

// spread is the mean and the unbiased standard deviation, unknown for one value.
func spread(values []float64) (mean, deviation Number) {
	m, v := stat.MeanVariance(values, nil)
	if len(values) < 2 {
		return Number(m), unknown
	}
	return Number(m), Number(math.Sqrt(v))
}

// classes returns the different labels in order.
func classes(labels []int) []int {
	sorted := slices.Clone(labels)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
