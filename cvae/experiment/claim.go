package experiment

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A Claim is a sentence that an experiment can contradict.
type Claim struct {
	ID     string `yaml:"id" json:"id"`
	Source string `yaml:"source" json:"source"`
	Text   string `yaml:"text" json:"text"`
	// Expected is what was expected at small scale, and Check how it is
	// decided, both as written down before the runs.
	Expected string `yaml:"expected" json:"expected"`
	Check    string `yaml:"check" json:"check"`
	Tests    []Test `yaml:"tests" json:"-"`
}

//go:embed claims.yaml
var claims []byte

// Registered returns the claims of the papers that were written down before
// the runs, without the tests, which stand in the experiments.
func Registered() ([]Claim, error) {
	var all []Claim
	d := yaml.NewDecoder(bytes.NewReader(claims))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("reading the registered claims: %w", err)
	}
	return all, nil
}

// registered fills in the words of registered claims and refuses a claim
// without words.
func registered(list []Claim) error {
	all, err := Registered()
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		at := slices.IndexFunc(all, func(r Claim) bool { return r.ID == c.ID })
		switch {
		case at >= 0 && (c.Text != "" || c.Source != "" || c.Check != "" || c.Expected != ""):
			return placed{[]any{"claims", i}, fmt.Errorf("claim %s is registered; an experiment gives its tests only", c.ID)}
		case at >= 0:
			tests := c.Tests
			*c = all[at]
			c.Tests = tests
		case c.ID == "" || c.Text == "":
			return placed{[]any{"claims", i}, fmt.Errorf("claim %d needs an id and a text", i+1)}
		}
		if len(c.Tests) == 0 {
			return placed{[]any{"claims", i}, fmt.Errorf("claim %s has no tests", c.ID)}
		}
	}
	return nil
}

// A Judged is a claim with what the runs say of it.
type Judged struct {
	ID       string      `json:"id"`
	Source   string      `json:"source"`
	Text     string      `json:"text"`
	Verdict  Verdict     `json:"verdict"`
	Estimate *float64    `json:"estimate"` // of the first test; null without runs
	Interval *[2]float64 `json:"interval"` // 95 %; null where one seed or none was run
	Runs     int         `json:"runs"`
	Tests    []Outcome   `json:"tests"`
}

// State is the verdict in a word, or that nothing was run for it.
func (j Judged) State() string {
	if j.Runs == 0 {
		return NotRun
	}
	return string(j.Verdict)
}

// NotRun is said of what has no results.
const NotRun = "not run"

// An Outcome is one test of a claim.
type Outcome struct {
	Experiment string      `json:"experiment"`
	Test       string      `json:"test"` // in words
	Verdict    Verdict     `json:"verdict"`
	Estimate   *float64    `json:"estimate"`
	Interval   *[2]float64 `json:"interval"`
	Runs       int         `json:"runs"`
}

// join is the verdict of a claim: contradicted where one test is, reproduced
// where all are. Experiments in which no test has two seeds do not count.
func join(outcomes []Outcome) Verdict {
	seeds := map[string]int{}
	for _, o := range outcomes {
		seeds[o.Experiment] = max(seeds[o.Experiment], o.Runs)
	}
	outcomes = slices.DeleteFunc(slices.Clone(outcomes), func(o Outcome) bool { return seeds[o.Experiment] < 2 })
	verdict := Reproduced
	for _, o := range outcomes {
		switch {
		case o.Verdict == Contradicted:
			return Contradicted
		case o.Verdict == Inconclusive:
			verdict = Inconclusive
		}
	}
	if len(outcomes) == 0 {
		return Inconclusive
	}
	return verdict
}

// judge applies the tests of a claim to the results of an experiment.
func (c Claim) judge(s Spec, results Results) Judged {
	j := Judged{ID: c.ID, Source: c.Source, Text: c.Text}
	for _, t := range c.Tests {
		j.Tests = append(j.Tests, t.outcome(s, results))
	}
	return j.finish()
}

// finish sums up the tests.
func (j Judged) finish() Judged {
	j.Verdict = join(j.Tests)
	j.Runs = 0
	for i, o := range j.Tests {
		if i == 0 {
			j.Estimate, j.Interval = o.Estimate, o.Interval
		}
		j.Runs = max(j.Runs, o.Runs)
	}
	return j
}

// An Experiment is a spec with the results of its runs.
type Experiment struct {
	Spec        Spec
	Results     Results
	Differences []Difference // by sentence; nil: not known
}

// Judge returns every registered claim, and then those that only an experiment
// has, with the verdict over all tests of all experiments. A claim that none
// tests is inconclusive.
func Judge(experiments []Experiment) ([]Judged, error) {
	all, err := Registered()
	if err != nil {
		return nil, err
	}
	var judged []Judged
	for _, c := range all {
		judged = append(judged, Judged{ID: c.ID, Source: c.Source, Text: c.Text})
	}
	for _, e := range experiments {
		for _, c := range e.Spec.Claims {
			j := c.judge(e.Spec, e.Results)
			at := slices.IndexFunc(judged, func(k Judged) bool { return k.ID == j.ID })
			if at < 0 {
				judged = append(judged, j)
				continue
			}
			judged[at].Tests = append(judged[at].Tests, j.Tests...)
		}
	}
	for i := range judged {
		judged[i] = judged[i].finish()
	}
	return judged, nil
}
