package run

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

// preferredLabels are the names that FindLabel looks for first.
func preferredLabels() []string { return []string{"topic", "act", "emotion", "intent"} }

// mostClasses is the most values of a label that FindLabel takes by itself: more
// are free text, which makes no classes.
const mostClasses = 50

// FindLabel returns the name of a label of the turns of a split, or of their
// dialogues: the one that is wanted, or else topic, act, emotion, intent or the
// first by name that has from 2 to 50 values. It is empty where none is wanted
// and there is none.
func FindLabel(ctx context.Context, c *corpora.Corpus, split dialog.Split, want string) (string, error) {
	classes, err := classesOf(Until(ctx, c.Dialogues(split)))
	if err != nil {
		return "", fmt.Errorf("reading the labels of the %s split: %w", split, err)
	}
	if want != "" && classes[want] == nil {
		all := map[string]bool{}
		for name := range classes {
			all[name] = true
		}
		return "", fmt.Errorf("%w: the %s split of %s has no label %q; the labels there are %s", ErrRequest, split, c.Name(), want, Listed(all))
	}
	if want != "" {
		return want, nil
	}
	for _, name := range append(preferredLabels(), slices.Sorted(maps.Keys(classes))...) {
		if n := len(classes[name]); n > 1 && n <= mostClasses {
			return name, nil
		}
	}
	return "", nil
}

// classesOf gathers the values of every label, of no more than it takes to know
// that they are too many.
func classesOf(dialogues iter.Seq2[dialog.Dialogue, error]) (map[string]map[string]bool, error) {
	classes := map[string]map[string]bool{}
	add := func(labels map[string]string) {
		for name, value := range labels {
			if value == "" {
				continue
			}
			if classes[name] == nil {
				classes[name] = map[string]bool{}
			}
			if len(classes[name]) <= mostClasses {
				classes[name][value] = true
			}
		}
	}
	for d, err := range dialogues {
		if err != nil {
			return nil, err
		}
		add(d.Labels)
		for _, t := range d.Turns {
			add(t.Labels)
		}
	}
	return classes, nil
}

// LabelledSet encodes a split of a corpus so that a response without the label
// of that name has that of its dialogue.
func (r *Run) LabelledSet(ctx context.Context, c *corpora.Corpus, split dialog.Split, name string) (*dialog.Set, error) {
	told := r.Config.Model.Condition.Labels
	dialogues := func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range Until(ctx, c.Dialogues(split)) {
			if !yield(inherited(d.WithKnown(told), name), err) {
				return
			}
		}
	}
	s, err := dialog.Encode(dialogues, r.Tokenizer, r.Config.Model.Window())
	if err != nil {
		return nil, fmt.Errorf("encoding the %s split: %w", split, err)
	}
	return s, nil
}

// inherited gives the turns that lack a label that of their dialogue.
func inherited(d dialog.Dialogue, name string) dialog.Dialogue {
	value := d.Labels[name]
	if value == "" {
		return d
	}
	d.Turns = slices.Clone(d.Turns) // a corpus may share its turns
	for i, t := range d.Turns {
		if t.Labels[name] != "" {
			continue
		}
		labels := map[string]string{}
		maps.Copy(labels, t.Labels)
		labels[name] = value
		d.Turns[i].Labels = labels
	}
	return d
}
