package eval

import (
	"context"
	"errors"
	"fmt"
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

// check says what is wrong with examples; name is theirs.
func (l Labelled) check(name string) error {
	switch {
	case l.Len() == 0:
		return fmt.Errorf("there are no labelled %s examples to probe", name)
	case l.D < 1 || len(l.Features) != l.Len()*l.D:
		return fmt.Errorf("%d features are not %d %s examples of %d each", len(l.Features), l.Len(), name, l.D)
	}
	for i, label := range l.Labels {
		if label < 0 {
			return fmt.Errorf("%s example %d has the label %d; labels count from 0", name, i, label)
		}
	}
	for i, x := range l.Features {
		if !Number(x).Known() {
			return fmt.Errorf("%s example %d has the feature %v; the model may have diverged", name, i/l.D, x)
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

// Probe trains a logistic regression on posterior means at each of ProbeSizes
// that train has, on several random draws of so many examples, and scores it on
// all of test. With fewer examples than the smallest size, or exactly as many as
// a size, all of them are one draw. Features are standardised on the examples
// drawn, so that the scale of the latent does not matter. The report is a
// function of its arguments.
func Probe(ctx context.Context, train, test Labelled, draws int, seed uint64) (ProbeReport, error) {
	if err := errors.Join(train.check("training"), test.check("test")); err != nil {
		return ProbeReport{}, err
	}
	if train.D != test.D {
		return ProbeReport{}, fmt.Errorf("training examples have %d features and test examples %d", train.D, test.D)
	}
	if draws < 1 {
		return ProbeReport{}, fmt.Errorf("%d draws of labelled examples; at least 1 is needed", draws)
	}
	report := ProbeReport{Majority: majority(test.Labels), Test: test.Len(), Classes: len(classes(append(classes(train.Labels), test.Labels...)))}
	for _, size := range fittingSizes(train.Len()) {
		score, err := probeSize(ctx, train, test, size, draws, seed)
		if err != nil {
			return ProbeReport{}, err
		}
		report.Scores = append(report.Scores, score)
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

func probeSize(ctx context.Context, train, test Labelled, size, draws int, seed uint64) (ProbeScore, error) {
	if size == train.Len() {
		draws = 1
	}
	var accuracies []float64
	for i := range draws {
		if err := ctx.Err(); err != nil {
			return ProbeScore{}, err
		}
		drawn := train.draw(size, i, seed)
		c, err := FitClassifier(drawn)
		if err != nil {
			return ProbeScore{}, fmt.Errorf("probing with %d labels: %w", size, err)
		}
		accuracies = append(accuracies, c.Accuracy(test))
	}
	mean, deviation := spread(accuracies)
	return ProbeScore{size, draws, mean, deviation}, nil
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

// majority is the share of the most frequent label.
func majority(labels []int) Number {
	counts := make(map[int]int)
	most := 0
	for _, label := range labels {
		counts[label]++
		most = max(most, counts[label])
	}
	return Number(float64(most) / float64(len(labels)))
}
