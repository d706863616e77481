package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// labelsFile is the content of labels.json.
type labelsFile struct {
	Version int         `json:"version"`
	Labels  cvae.Labels `json:"labels"` // the place of a value, from 1, is its id
	SHA256  string      `json:"sha256"` // of labels in JSON
}

// labelsVersion is the one version of labels.json.
const labelsVersion = 1

// mostValues bounds the values of a label, each of which has an embedding.
const mostValues = 1 << 16

// Labels are the values of the labels that replies are conditioned on, by name;
// empty without a condition.
func (r *Run) Labels() map[string][]string {
	told := map[string][]string{}
	for _, name := range r.Config.Model.Condition.Labels {
		told[name] = r.labels[name]
	}
	return told
}

// readLabels reads the labels of the run, or learns them from the training
// split of the corpus. Those of a run that this one starts from keep their ids.
func (s *Session) readLabels(ctx context.Context) (err error) {
	c := s.Config.Model.Condition
	if !c.On() {
		return nil
	}
	if !s.fresh() {
		s.labels, err = files{os.DirFS(s.Dir), s.Dir}.labels(c)
		return err
	}
	if s.labels, err = s.learnLabels(ctx); err != nil || s.Config.Init == "" {
		return err
	}
	old, err := ReadConfig(s.Config.Init)
	if err != nil {
		return err
	}
	first, err := files{os.DirFS(s.Config.Init), s.Config.Init}.labels(old.Model.Condition)
	for name := range s.labels {
		if first[name] != nil {
			s.labels[name] = first[name]
		}
	}
	return err
}

// A census is the labels that a corpus has.
type census struct {
	wanted cvae.Condition
	// ofTurns are the names of the labels of turns, all those of dialogues too.
	ofTurns, all map[string]bool
	values       map[string]map[string]bool // of the wanted labels
}

// learnLabels takes the values of the labels of the condition from the training
// split.
func (s *Session) learnLabels(ctx context.Context) (cvae.Labels, error) {
	c := census{s.Config.Model.Condition, map[string]bool{}, map[string]bool{}, map[string]map[string]bool{}}
	for d, err := range until(ctx, s.corpus.Dialogues(dialog.Train)) {
		if err == nil {
			err = c.add(d)
		}
		if err != nil {
			return nil, fmt.Errorf("learning the labels of %s: %w", s.Config.Corpus, err)
		}
	}
	if err := c.check(s.Config.Corpus); err != nil {
		return nil, config.Error{Err: err}
	}
	labels := cvae.Labels{}
	for name, values := range c.values {
		labels[name] = slices.Sorted(maps.Keys(values))
	}
	return labels, nil
}

func (c census) add(d dialog.Dialogue) error {
	for name, value := range d.Labels {
		c.all[name] = true
		if slices.Contains(c.wanted.Labels, name) {
			c.take(name, value)
		}
	}
	for _, turn := range d.Turns {
		for name, value := range turn.Labels {
			c.all[name], c.ofTurns[name] = true, true
			if slices.Contains(c.wanted.Labels, name) || c.wanted.ActHead && c.wanted.Act == name {
				c.take(name, value)
			}
		}
	}
	for name, values := range c.values {
		if len(values) > mostValues {
			return config.Error{Err: fmt.Errorf("the label %q has more than %d values, and each would have an embedding; leave it out of condition.labels", name, mostValues)}
		}
	}
	return nil
}

func (c census) take(name, value string) {
	if c.values[name] == nil {
		c.values[name] = map[string]bool{}
	}
	if value != "" {
		c.values[name][value] = true
	}
}

// check refuses labels that the corpus lacks, naming those it has.
func (c census) check(corpus string) error {
	for _, name := range c.wanted.Labels {
		if len(c.values[name]) == 0 {
			return fmt.Errorf("condition.labels has %q, and no dialogue or turn in the training split of %s has such a label; the labels there are %s", name, corpus, listed(c.all))
		}
	}
	if name := c.wanted.Act; c.wanted.ActHead && (!c.ofTurns[name] || len(c.values[name]) == 0) {
		return fmt.Errorf("condition.act is %q, and no turn in the training split of %s has such a label; set condition.act to one of those there are: %s", name, corpus, listed(c.ofTurns))
	}
	return nil
}

// listed is names in order, for a sentence.
func listed(names map[string]bool) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

// writeLabels writes labels.json, if there are labels.
func (s *Session) writeLabels() error {
	if s.labels == nil {
		return nil
	}
	sum, err := checksum(s.labels)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(labelsFile{labelsVersion, s.labels, sum}, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the labels: %w", err)
	}
	return s.dir.WriteFile(rundir.LabelsFile, append(b, '\n'))
}

func checksum(labels cvae.Labels) (string, error) {
	b, err := json.Marshal(labels)
	if err != nil {
		return "", fmt.Errorf("encoding the labels: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// labels reads labels.json, which a run without a condition lacks.
func (f files) labels(c cvae.Condition) (cvae.Labels, error) {
	if !c.On() {
		return nil, nil
	}
	b, err := fs.ReadFile(f, rundir.LabelsFile)
	if err != nil {
		return nil, fmt.Errorf("opening the labels of %s: %w", f.dir, err)
	}
	labels, err := parseLabels(b, c)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", f.path(rundir.LabelsFile), err)
	}
	return labels, nil
}

func parseLabels(b []byte, c cvae.Condition) (cvae.Labels, error) {
	var file labelsFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("it is not what a run writes: %w", err)
	}
	if file.Version != labelsVersion {
		return nil, fmt.Errorf("its version is %d, and this program reads version %d", file.Version, labelsVersion)
	}
	sum, err := checksum(file.Labels)
	if err != nil {
		return nil, err
	}
	if sum != file.SHA256 {
		return nil, errors.New("its checksum is wrong: it was changed or is damaged")
	}
	return file.Labels, file.Labels.Check(c)
}
