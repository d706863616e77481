package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Test is a predicate over measures of rows, decided by paired statistics
// over seeds.
type Test struct {
	// Measure is a key of a result, or one divided by another: mi.full/kl.
	Measure string `yaml:"measure"`
	// Is says what the claim is of the measure of Row: above, below or near
	// the measure of Than, times Factor, or else Value; rising, falling or
	// peaking along the rows of Over, in the order of their At.
	Is     string   `yaml:"is"`
	Row    string   `yaml:"row"`
	Than   string   `yaml:"than"`
	Factor float64  `yaml:"factor"` // 0: 1
	Value  *float64 `yaml:"value"`
	Within float64  `yaml:"within"` // how near is near, in the measure's unit
	Share  float64  `yaml:"share"`  // how near is near, as a share of what it is compared with
	Over   []string `yaml:"over"`
}

// relations of a test; true: along rows.
var relations = map[string]bool{"above": false, "below": false, "near": false, "rising": true, "falling": true, "peaking": true}

func (t Test) validate(rows map[string]bool) error {
	along, known := relations[t.Is]
	switch {
	case t.Measure == "":
		return errors.New("it has no measure")
	case !known:
		return fmt.Errorf("is: %q is none of above, below, near, rising, falling, peaking", t.Is)
	case along && len(t.Over) < 3:
		return errors.New("it needs at least three rows in over")
	case !along && t.Row == "":
		return errors.New("it needs a row")
	case !along && t.Than == "" && t.Value == nil:
		return errors.New("it compares with nothing; give than, a row, or value, a number")
	case !along && t.Than != "" && t.Value != nil:
		return errors.New("it has both than and value; leave one out")
	case !along && t.Factor != 0 && t.Than == "":
		return errors.New("factor multiplies the measure of than, which is missing")
	case t.Is == "near" && !(t.Within > 0 || t.Share > 0):
		return errors.New("it needs within or share, above 0")
	}
	for _, name := range slices.Concat(t.Over, []string{t.Row, t.Than}) {
		if name != "" && !rows[name] {
			return fmt.Errorf("there is no row %q", name)
		}
	}
	return nil
}

// String is the test in words.
func (t Test) String() string {
	if relations[t.Is] {
		return fmt.Sprintf("%s is %s over the %d rows from %s to %s", t.Measure, t.Is, len(t.Over), t.Over[0], t.Over[len(t.Over)-1])
	}
	var other string
	if t.Than == "" {
		other = fmt.Sprintf("%g", *t.Value)
	} else {
		other = t.Than
		if t.factor() != 1 {
			other = fmt.Sprintf("%g × %s", t.factor(), t.Than)
		}
	}
	text := fmt.Sprintf("%s of %s is %s %s", t.Measure, t.Row, t.Is, other)
	switch {
	case t.Is == "near" && t.Within > 0:
		return text + fmt.Sprintf(" (± %g)", t.Within)
	case t.Is == "near":
		return text + fmt.Sprintf(" (± %g %%)", 100*t.Share)
	}
	return text
}

func (t Test) factor() float64 {
	if t.Factor == 0 {
		return 1
	}
	return t.Factor
}

// outcome decides the test. The estimate and its interval are the mean of how
// far the claim holds: above 0 it does.
func (t Test) outcome(s Spec, results Results) Outcome {
	differences := t.differences(s, results)
	verdict, i := decide(differences)
	o := Outcome{Experiment: s.Name, Test: t.String(), Verdict: verdict, Runs: len(differences)}
	if i.N > 0 {
		o.Estimate = &i.Mean
	}
	if i.N > 1 {
		o.Interval = &[2]float64{i.Low, i.High}
	}
	return o
}

// differences are how far the claim holds, one of each seed for which all rows
// are measured.
func (t Test) differences(s Spec, results Results) (out []float64) {
	for _, seed := range s.Seeds {
		d, known := t.difference(s, func(row string) float64 { return results.Measure(row, seed, t.Measure) })
		if known {
			out = append(out, d)
		}
	}
	return out
}

func (t Test) difference(s Spec, measure func(row string) float64) (d float64, known bool) {
	if relations[t.Is] {
		d = t.trend(s, measure)
		return d, finite(d)
	}
	left, right := measure(t.Row), 0.0
	if t.Than != "" {
		right = t.factor() * measure(t.Than)
	} else {
		right = *t.Value
	}
	switch t.Is {
	case "above":
		d = left - right
	case "below":
		d = right - left
	case "near":
		d = max(t.Within, t.Share*math.Abs(right)) - math.Abs(left-right)
	}
	return d, finite(d)
}

// finite is false of a measure that is not known, and of one divided by 0.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// trend is the slope of the measure along the rows, its negative where the
// claim is that it falls, or how far it bends down where it peaks.
func (t Test) trend(s Spec, measure func(row string) float64) float64 {
	var x, y []float64
	for _, name := range t.Over {
		at := slices.IndexFunc(s.Rows, func(r Row) bool { return r.Name == name })
		if at < 0 || s.Rows[at].At == nil {
			return math.NaN() // the row is left out of this comparison
		}
		x, y = append(x, *s.Rows[at].At), append(y, measure(name))
	}
	if slices.ContainsFunc(y, math.IsNaN) {
		return math.NaN()
	}
	if t.Is == "peaking" {
		return -bend(x, y)
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	if t.Is == "falling" {
		return -slope
	}
	return slope
}

// bend is the coefficient of x² in the least-squares parabola.
func bend(x, y []float64) float64 {
	design := mat.NewDense(len(x), 3, nil)
	for i, v := range x {
		design.SetRow(i, []float64{1, v, v * v})
	}
	var fit mat.VecDense
	if err := fit.SolveVec(design, mat.NewVecDense(len(y), y)); err != nil {
		return math.NaN() // fewer than three different x
	}
	return fit.AtVec(2)
}
