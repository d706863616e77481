package training

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// mostValues bounds the values of a label, each of which has an embedding.
const mostValues = 1 << 16

// A census is the labels that a corpus has.
type census struct {
	wanted cvae.Conditioning
	// ofTurns are the names of the labels of turns, all those of dialogues too.
	ofTurns, all map[string]bool
	values       map[string]map[string]bool // of the wanted labels
}

func newCensus(wanted cvae.Conditioning) census {
	return census{wanted, map[string]bool{}, map[string]bool{}, map[string]map[string]bool{}}
}

// watching adds the dialogues that pass.
func (c census) watching(dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range dialogues {
			if err == nil {
				err = c.add(d)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// takeLabels takes the values that the census found. Those of a run that this one
// starts from keep their ids.
func (t *Training) takeLabels(c census) error {
	if err := c.check(t.corpus.Name()); err != nil {
		return config.Error{Err: err}
	}
	t.labels = cvae.Labels{}
	for name, values := range c.values {
		t.labels[name] = slices.Sorted(maps.Keys(values))
	}
	if t.Config.Init == "" {
		return nil
	}
	old, err := run.StartOf(t.Config.Init).Config()
	if err != nil {
		return err
	}
	first, err := run.StartOf(t.Config.Init).Labels(old.Model.Condition, t.first.Origin)
	for name := range t.labels {
		if first[name] != nil {
			t.labels[name] = first[name]
		}
	}
	return err
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
			return setting.Refuse("condition.labels", "has %q, and no dialogue or turn in the training split of %s has such a label; the labels there are %s", name, corpus, run.Listed(c.all))
		}
	}
	if name := c.wanted.Act; c.wanted.ActHead && (!c.ofTurns[name] || len(c.values[name]) == 0) {
		return setting.Refuse("condition.act", "is %q, and no turn in the training split of %s has such a label; set condition.act to one of those there are: %s", name, corpus, run.Listed(c.ofTurns))
	}
	return nil
}
