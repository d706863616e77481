package experiment

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/dialog/regular"
)

// A Spec describes an experiment: every row is trained with every seed.
type Spec struct {
	Name  string `yaml:"name"`
	Title string `yaml:"title"`
	// Corpus is a name or a path. A relative path counts from the working
	// directory.
	Corpus string         `yaml:"corpus"`
	Preset string         `yaml:"preset"`
	Set    map[string]any `yaml:"set"` // settings of all rows
	Limits `yaml:",inline"`
	Seeds  []uint64 `yaml:"seeds"`
	Split  string   `yaml:"split"` // what is measured; empty: test
	// Samples is the number of importance samples an example; 0: the default
	// of eval.
	Samples int `yaml:"iw"`
	// Probe names a label that a linear classifier reads off the means of the
	// posteriors; empty: none.
	Probe string `yaml:"probe"`
	// Place names a label whose values are the groups of a Placement, the places
	// in the latent space where training puts its examples; empty: none.
	Place string `yaml:"place"`
	// Diversity is the number of contexts whose responses are measured; 0: none.
	Diversity int `yaml:"diversity"`
	// Baseline is the row with which the likelihood of every other is compared
	// by sentence; empty: vae, or else the first.
	Baseline string  `yaml:"baseline"`
	Rows     []Row   `yaml:"rows"`
	Claims   []Claim `yaml:"claims"`
}

// Limits end the training of a run, whichever comes first; 0 is no limit.
type Limits struct {
	MaxEpochs int           `yaml:"max_epochs"`
	MaxSteps  int           `yaml:"max_steps"`
	MaxTime   time.Duration `yaml:"max_time"`
}

// A Row is one system of an experiment.
type Row struct {
	Name   string           `yaml:"name"`   // empty: the method
	Method string           `yaml:"method"` // NAME or NAME+NAME
	Set    map[string]any   `yaml:"set"`    // over the settings of the experiment
	Limits `yaml:",inline"` // over those of the experiment
	// Seeds are those of this row where they are fewer than those of the
	// experiment.
	Seeds []uint64 `yaml:"seeds"`
	// At is the place of the row on the axis of a sweep; nil: none.
	At *float64 `yaml:"at"`
}

//go:embed specs/*.yaml
var embedded embed.FS

// Names lists the experiments that come with the program.
func Names() (names []string) {
	files, _ := fs.Glob(embedded, "specs/*.yaml") // the pattern is sound
	for _, file := range files {
		names = append(names, strings.TrimSuffix(path.Base(file), ".yaml"))
	}
	return names
}

// mostSpec is the most bytes of an experiment.
const mostSpec = 1 << 20

// Find returns the experiment of that name, or the one in that file.
func Find(nameOrFile string) (Spec, error) {
	if slices.Contains(Names(), nameOrFile) {
		text, err := embedded.ReadFile("specs/" + nameOrFile + ".yaml")
		if err != nil {
			return Spec{}, err
		}
		return Parse(text)
	}
	text, err := regular.Read(nameOrFile, mostSpec)
	if errors.Is(err, fs.ErrNotExist) {
		return Spec{}, fmt.Errorf("there is no experiment %q and no file of that name; the experiments are %s", nameOrFile, strings.Join(Names(), " "))
	}
	if err != nil {
		return Spec{}, fmt.Errorf("reading the experiment: %w", err)
	}
	s, err := Parse(text)
	if err != nil {
		return Spec{}, fmt.Errorf("%s: %w", nameOrFile, err)
	}
	return s, nil
}

// Parse reads an experiment. Unknown keys are errors.
func Parse(text []byte) (Spec, error) {
	var s Spec
	root, err := decode(text, &s)
	if err != nil {
		return Spec{}, err
	}
	return s, withLine(root, s.complete())
}

// complete fills in what is left out and refuses what cannot be run.
func (s *Spec) complete() error {
	if s.Split == "" {
		s.Split = "test"
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		if r.Name == "" {
			r.Name = r.Method
		}
		if r.Seeds == nil {
			r.Seeds = s.Seeds
		}
		r.Limits = r.Limits.or(s.Limits)
	}
	if err := s.validate(); err != nil {
		return err
	}
	if s.Baseline == "" {
		s.Baseline = s.Rows[max(0, slices.Index(s.names(), "vae"))].Name
	}
	return registered(s.Claims)
}

// or is l with what it leaves out taken from others.
func (l Limits) or(others Limits) Limits {
	if l == (Limits{}) {
		return others
	}
	return l
}

// plain is what a name may be made of, because it becomes part of a path.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]*$`)

func (s *Spec) validate() error {
	switch {
	case !plain.MatchString(s.Name):
		return fmt.Errorf("name is %q; it must be letters, digits and . + _ -", s.Name)
	case s.Corpus == "" || s.Preset == "":
		return errors.New("an experiment needs a corpus and a preset")
	case len(s.Seeds) == 0:
		return errors.New("seeds is empty; an experiment needs at least one")
	case len(s.Rows) == 0:
		return errors.New("rows is empty; an experiment needs at least one")
	}
	for i, seed := range s.Seeds {
		if slices.Contains(s.Seeds[:i], seed) {
			return at(fmt.Errorf("seeds has %d twice; every seed counts as one independent run", seed), "seeds", i)
		}
	}
	seen := map[string]bool{}
	for i, r := range s.Rows {
		if err := s.checkRow(r, seen); err != nil {
			return at(err, "rows", i)
		}
		seen[r.Name] = true
	}
	if s.Baseline != "" && !seen[s.Baseline] {
		return at(fmt.Errorf("baseline is %q, and there is no such row", s.Baseline), "baseline")
	}
	return s.checkTests(seen)
}

// checkRow refuses a row that cannot be run after those seen.
func (s *Spec) checkRow(r Row, seen map[string]bool) error {
	switch {
	case !plain.MatchString(r.Name):
		return fmt.Errorf("a row has the name %q; it must be letters, digits and . + _ -", r.Name)
	case seen[r.Name]:
		return fmt.Errorf("two rows have the name %q", r.Name)
	case r.Method == "":
		return fmt.Errorf("row %s has no method", r.Name)
	case r.Limits == (Limits{}):
		return fmt.Errorf("row %s has no limit; give max_epochs, max_steps or max_time", r.Name)
	case r.MaxEpochs < 0 || r.MaxSteps < 0 || r.MaxTime < 0:
		return fmt.Errorf("row %s has a limit below 0; max_epochs, max_steps and max_time must be more, or left out", r.Name)
	}
	for _, seed := range r.Seeds {
		if !slices.Contains(s.Seeds, seed) {
			return fmt.Errorf("row %s has the seed %d, which is none of the experiment's", r.Name, seed)
		}
	}
	return nil
}

// checkTests refuses claims that name rows which do not exist.
func (s *Spec) checkTests(rows map[string]bool) error {
	for i, c := range s.Claims {
		if slices.ContainsFunc(s.Claims[:i], func(other Claim) bool { return other.ID == c.ID }) {
			return at(fmt.Errorf("two claims have the id %q", c.ID), "claims", i)
		}
		for j, t := range c.Tests {
			err := t.validate(rows)
			if err == nil {
				err = s.checkMeasure(t.Measure)
			}
			if err == nil && relations[t.Is] {
				err = s.checkAxis(t.Over)
			}
			if err != nil {
				return at(fmt.Errorf("claim %s, test %d: %w", c.ID, j+1, err), "claims", i, "tests", j)
			}
		}
	}
	return nil
}

// checkAxis refuses rows that have no place on the axis of a sweep, or fewer
// than three different ones.
func (s *Spec) checkAxis(over []string) error {
	places := map[float64]bool{}
	for _, r := range s.Rows {
		if !slices.Contains(over, r.Name) {
			continue
		}
		if r.At == nil {
			return fmt.Errorf("row %s has no place on the axis of the sweep; give it a number as at", r.Name)
		}
		places[*r.At] = true
	}
	if len(places) < 3 {
		return fmt.Errorf("the rows of over have %d different places at, and a line or a parabola needs three", len(places))
	}
	return nil
}

// Only keeps the rows of these names, or methods, and the first seeds; nil and
// 0 keep all.
func (s Spec) Only(rows []string, seeds int) (Spec, error) {
	for _, name := range rows {
		if !slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Name == name }) {
			return s, fmt.Errorf("experiment %s has no row %q; its rows are %s", s.Name, name, strings.Join(s.names(), " "))
		}
	}
	var kept []Row
	for _, r := range s.Rows {
		if rows != nil && !slices.Contains(rows, r.Name) {
			continue
		}
		if seeds > 0 {
			r.Seeds = r.Seeds[:min(seeds, len(r.Seeds))]
		}
		kept = append(kept, r)
	}
	s.Rows = kept
	return s, nil
}

func (s Spec) names() (names []string) {
	for _, r := range s.Rows {
		names = append(names, r.Name)
	}
	return names
}
