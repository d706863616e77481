package eval

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/google/go-cmp/cmp"
)

// testdata/probe.json holds what scikit-learn fits; testdata/probe.py wrote it.
// Biases of three classes and more are compared as differences, because adding
// a number to all of them changes nothing.
func TestClassifierEqualsScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/probe.json")
	if err != nil {
		t.Fatal(err)
	}
	var frozen struct {
		Cases []struct {
			Name           string
			D              int
			Features, Test []float64
			Labels         []int
			TestLabels     []int `json:"test_labels"`
			Coef           [][]float64
			Intercept      []float64
			Accuracy       float64
		}
	}
	if err := json.Unmarshal(text, &frozen); err != nil {
		t.Fatal(err)
	}
	if len(frozen.Cases) < 8 {
		t.Fatalf("%d cases, want 8", len(frozen.Cases))
	}
	for _, c := range frozen.Cases {
		model, err := FitClassifier(t.Context(), Labelled{c.D, c.Features, c.Labels})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		shift := 0.0
		if len(c.Coef) > 1 {
			shift = model.weights[c.D] - c.Intercept[0]
		}
		for k, want := range c.Coef {
			for d, w := range append(want, c.Intercept[k]+shift) {
				if got := row(model.weights, k, c.D+1)[d]; math.Abs(got-w) > 1e-4 {
					t.Errorf("%s: weight %d of class %d is %v, want %v", c.Name, d, k, got, w)
				}
			}
		}
		if got := model.Accuracy(Labelled{c.D, c.Test, c.TestLabels}); got != c.Accuracy {
			t.Errorf("%s: accuracy %v, want %v", c.Name, got, c.Accuracy)
		}
	}
}

// labelled is n examples of two classes and three features: the first lies a
// distance apart in the two classes, the second is noise, the third constant.
func labelled(n int, distance float64, seed uint64) Labelled {
	draw := rng.New(seed, rng.Bench, 0, 0)
	l := Labelled{D: 3}
	for i := range n {
		label := i % 5 / 3 // 3 of 5 are class 0
		l.Labels = append(l.Labels, label)
		l.Features = append(l.Features, draw.Normal()+distance*float64(label), draw.Normal(), 7)
	}
	return l
}

// probeAll probes with test examples that come seven at a time.
func probeAll(ctx context.Context, train, test Labelled, draws int, seed uint64) (ProbeReport, error) {
	p, err := FitProbe(ctx, train, draws, seed, nil)
	if err != nil {
		return ProbeReport{}, err
	}
	for lo := 0; lo < test.Len(); lo += 7 {
		hi := min(lo+7, test.Len())
		if err := p.Test(Labelled{test.D, test.Features[min(lo*test.D, len(test.Features)):min(hi*test.D, len(test.Features))], test.Labels[lo:hi]}); err != nil {
			return ProbeReport{}, err
		}
	}
	return p.Report()
}

// Far apart, the classes are told without a fault; without a difference or with
// constant features the probe is at the majority rate, 3/5.
func TestProbe(t *testing.T) {
	ctx := context.Background()
	separable, err := probeAll(ctx, labelled(600, 40, 1), labelled(500, 40, 2), 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := ProbeReport{Majority: .6, Classes: 2, Test: 500, Scores: []ProbeScore{{100, 3, 1, 0}, {500, 3, 1, 0}}}
	if diff := cmp.Diff(want, separable); diff != "" {
		t.Error(diff)
	}
	noise, err := probeAll(ctx, labelled(2000, 0, 1), labelled(2000, 0, 2), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, score := range noise.Scores[2:] { // with 1000 labels and more, noise fits little
		if math.Abs(float64(score.Accuracy-noise.Majority)) > .02 {
			t.Errorf("nothing to learn: %+v, majority %v", score, noise.Majority)
		}
	}
	constant := labelled(600, 40, 1)
	for i := range constant.Features {
		constant.Features[i] = .1
	}
	flat, err := probeAll(ctx, constant, labelled(500, 40, 2), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, score := range flat.Scores {
		if score.Accuracy != flat.Majority {
			t.Errorf("constant features: %+v, majority %v", score, flat.Majority)
		}
	}
}

func TestProbeSizes(t *testing.T) {
	for _, c := range []struct {
		n    int
		want []int
	}{
		{7, []int{7}}, {99, []int{99}}, {100, []int{100}}, {999, []int{100, 500}},
		{20000, []int{100, 500, 1000, 2000, 10000}},
	} {
		if diff := cmp.Diff(c.want, fittingSizes(c.n)); diff != "" {
			t.Errorf("%d examples: %s", c.n, diff)
		}
	}
	report, err := probeAll(context.Background(), labelled(100, 1, 1), labelled(50, 1, 2), 5, 1)
	if err != nil || len(report.Scores) != 1 || report.Scores[0].Draws != 1 || report.Scores[0].Deviation.Known() {
		t.Errorf("all examples are one draw without a deviation: %+v, %v", report, err)
	}
}

// A draw has no example twice, and another draw other examples.
func TestProbeDraws(t *testing.T) {
	l := Labelled{D: 1}
	for i := range 200 {
		l.Features, l.Labels = append(l.Features, float64(i)), append(l.Labels, i)
	}
	first, second := l.draw(100, 0, 1), l.draw(100, 1, 1)
	if len(classes(first.Labels)) != 100 || cmp.Equal(first, second) || !cmp.Equal(first, l.draw(100, 0, 1)) {
		t.Errorf("draws of 100: %v and %v", first.Labels, second.Labels)
	}
	for i, label := range first.Labels {
		if first.Features[i] != float64(label) {
			t.Errorf("label %d has the feature %v", label, first.Features[i])
		}
	}
}

// A class that was not drawn cannot be predicted; one class alone always is.
func TestProbeUnseenClasses(t *testing.T) {
	train := Labelled{D: 1, Features: []float64{1, 2, 3}, Labels: []int{4, 4, 4}}
	test := Labelled{D: 1, Features: []float64{1, 2, 3, 4}, Labels: []int{4, 0, 4, 9}}
	report, err := probeAll(context.Background(), train, test, 2, 1)
	if err != nil || report.Classes != 3 || report.Majority != .5 || report.Scores[0].Accuracy != .5 {
		t.Errorf("one class: %+v, %v", report, err)
	}
	train = Labelled{D: 1, Features: []float64{-5, -6, 5, 6}, Labels: []int{2, 2, 7, 7}}
	test = Labelled{D: 1, Features: []float64{-4, 4, 4}, Labels: []int{2, 7, 3}}
	if report, err = probeAll(context.Background(), train, test, 2, 1); err != nil || math.Abs(float64(report.Scores[0].Accuracy)-2./3) > 1e-12 {
		t.Errorf("labels 2 and 7: %+v, %v", report, err)
	}
}

func TestProbeRefuses(t *testing.T) {
	ok := labelled(10, 1, 1)
	for name, c := range map[string]struct {
		train, test Labelled
		draws       int
	}{
		"no training examples": {Labelled{D: 3}, ok, 1},
		"no test examples":     {ok, Labelled{D: 3}, 1},
		"no features":          {Labelled{0, nil, []int{1}}, ok, 1},
		"part of a row":        {Labelled{3, []float64{1}, []int{1}}, ok, 1},
		"negative label":       {Labelled{3, []float64{1, 2, 3}, []int{-1}}, ok, 1},
		"NaN":                  {Labelled{3, []float64{1, 2, math.NaN()}, []int{1}}, ok, 1},
		"other features":       {Labelled{1, []float64{1}, []int{1}}, ok, 1},
		"no draws":             {ok, ok, 0},
	} {
		if report, err := probeAll(context.Background(), c.train, c.test, c.draws, 1); err == nil {
			t.Errorf("%s: no error but %+v", name, report)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := probeAll(ctx, ok, ok, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The gradient that the fit follows is that of its loss: central differences.
func TestClassifierGradient(t *testing.T) {
	train := labelled(40, 1, 3)
	for i := range train.Labels {
		train.Labels[i] = i % 3
	}
	c := &Classifier{classes: classes(train.Labels)}
	c.standardise(train)
	f := c.fit(train)
	draw := rng.New(5, rng.Bench, 0, 0)
	weights := make([]float64, c.rows()*(train.D+1))
	for j := range weights {
		weights[j] = draw.Normal()
	}
	gradient, scratch := make([]float64, len(weights)), make([]float64, len(weights))
	f.loss(weights, gradient)
	const step = 1e-5
	for j := range weights {
		at := weights[j]
		weights[j] = at + step
		above := f.loss(weights, scratch)
		weights[j] = at - step
		slope := (above - f.loss(weights, scratch)) / (2 * step)
		weights[j] = at
		if math.Abs(slope-gradient[j]) > 1e-8 {
			t.Errorf("gradient %d is %v, differences give %v", j, gradient[j], slope)
		}
	}
}

// TestDirection: two clouds apart along a known direction are told apart along it, and in
// opposite ways, whatever the scales of the features.
func TestDirection(t *testing.T) {
	l := Labelled{D: 2}
	for i := range 200 {
		x, y := math.Sin(float64(7*i)), 100*math.Cos(float64(3*i)) // no label in y
		l.Features, l.Labels = append(l.Features, x+4*float64(i%2), y), append(l.Labels, i%2)
	}
	c, err := FitClassifier(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	to, from := c.Direction(1), c.Direction(0)
	if math.Abs(to[0]-1) > 1e-2 || math.Abs(to[1]) > 1e-2 || from[0] != -to[0] || from[1] != -to[1] {
		t.Errorf("the labels lie along %v and %v, want the first axis", to, from)
	}
	if c.Direction(2) != nil {
		t.Error("a label that was not seen has a direction")
	}
}
