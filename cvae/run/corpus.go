package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/dialog/tokenfile"
)

// OpenCorpus opens the corpus of a configuration and refuses sentences where
// the model needs dialogues.
func OpenCorpus(c config.Config) (*corpora.Corpus, error) {
	corpus, err := corpora.Open(c.Corpus, corpora.Options{
		Format: c.Format, Map: c.Map, Encoding: c.Encoding, Gap: c.Gap, Clean: c.Clean, SkipBad: c.SkipBad, Dedup: c.Dedup, Seed: c.Seed,
	})
	if err != nil {
		return nil, err
	}
	if c.Model.Mode == cvae.Dialogue && corpus.Format().Turns == "sentences" {
		return nil, config.Error{Err: fmt.Errorf("%s holds sentences, and preset %s learns from dialogues; use a text preset (yahoo, ptb, yelp-short)", c.Corpus, c.Preset)}
	}
	return corpus, nil
}

// A Source names another corpus than a run's own; empty: the run's.
type Source struct {
	Corpus         string
	config.Reading      // of Corpus
	Accept         bool // take the run's own whatever it holds now
}

// OpenCorpus opens a corpus for the run, whose seed splits it: its own, which must
// hold what it held in training, or the one that s names. One of equal content is
// the run's own, wherever it lies, and is read in the same way.
func (r *Run) OpenCorpus(s Source) (*corpora.Corpus, error) {
	if s.Corpus != "" {
		return r.openOther(s)
	}
	if r.files.embedded {
		return nil, config.Error{Err: fmt.Errorf("the corpus of the %s is not part of this program; name one by --corpus", BuiltinName)}
	}
	corpus, err := OpenCorpus(r.origin.AsDetected(r.Config))
	if err != nil {
		return nil, r.misplaced(err)
	}
	if s.Accept {
		return corpus, nil
	}
	return corpus, r.CheckCorpus(corpus)
}

// CheckCorpus refuses a corpus that holds something else than that of the run. Where
// that is not known it warns.
func (r *Run) CheckCorpus(c *corpora.Corpus) error {
	if unknown := r.origin.Unknown(r.Dir); unknown != "" && !c.Embedded() && !slices.Contains(r.Warnings, unknown) {
		r.Warnings = append(r.Warnings, unknown)
	}
	return r.origin.CheckCorpus(c, r.Config.Corpus)
}

// openOther opens the corpus that s names.
func (r *Run) openOther(s Source) (*corpora.Corpus, error) {
	if s.Reading == (config.Reading{}) && r.origin.Sum != "" {
		own := r.origin.AsDetected(r.Config)
		own.Corpus = s.Corpus
		if corpus, err := OpenCorpus(own); err == nil && r.origin.CheckCorpus(corpus, s.Corpus) == nil {
			return corpus, nil
		}
	}
	c := r.Config
	c.Corpus, c.Reading = s.Corpus, s.Reading
	return OpenCorpus(c)
}

// misplaced says where a path comes from that nobody gave now.
func (r *Run) misplaced(err error) error {
	if r.Config.Corpus == "" || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w; the key corpus of %s says that it lies there: name its place now by --corpus", err, r.files.path(rundir.ConfigFile))
}

// Until ends a sequence with the error of ctx when ctx ends.
func Until(ctx context.Context, dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range dialogues {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

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

// A LabelledSet is a split whose examples have the values of labels.
type LabelledSet struct {
	*dialog.Set
	values [][]string // by label; the last of the Labels of an example are indices
}

// Value is that of label k of example i: of the response, or else of its
// dialogue; empty: none.
func (s LabelledSet) Value(i, k int) string { return s.values[k][s.number(s.Labels(i), k)] }

// number is the index of a value of label k.
func (s LabelledSet) number(ids []int32, k int) int32 { return ids[len(ids)-len(s.values)+k] }

// Labelled are the examples that have all labels, in order.
func (s LabelledSet) Labelled() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range s.Len() {
			if s.whole(i) && !yield(i) {
				return
			}
		}
	}
}

// whole reports whether example i has all labels.
func (s LabelledSet) whole(i int) bool {
	ids := s.Labels(i)
	for k := range s.values {
		if s.values[k][s.number(ids, k)] == "" {
			return false
		}
	}
	return true
}

// drawn are at most n of the examples that have all labels, in random order where
// it leaves some out.
func (s LabelledSet) drawn(n int, seed uint64) []int {
	all := counted(s.Labelled())
	if all <= n {
		return slices.Collect(s.Labelled())
	}
	stream := rng.New(seed, rng.Evaluate, -2, 0)
	chosen := stream.Permutation(all).First(n)
	places := map[int]int{} // in chosen, by what is there
	for at, place := range chosen {
		places[place] = at
	}
	place := 0
	for i := range s.Labelled() {
		if at, ok := places[place]; ok {
			chosen[at] = i
		}
		place++
	}
	return chosen
}

func counted(examples iter.Seq[int]) (n int) {
	for range examples {
		n++
	}
	return n
}

// LabelledSet encodes a split of a corpus with the values of the labels of these
// names, behind what the model is told. It keeps them in a file where they are many.
// The caller closes it.
func (r *Run) LabelledSet(ctx context.Context, c *corpora.Corpus, split dialog.Split, names ...string) (s LabelledSet, err error) {
	var values []func(dialog.Dialogue, int) string
	for _, name := range names {
		values = append(values, func(d dialog.Dialogue, i int) string { return cmp.Or(d.Turns[i].Labels[name], d.Labels[name]) })
	}
	return r.DescribedSet(ctx, c, split, values...)
}

// DescribedSet is a LabelledSet whose labels are anything that can be said of a response,
// turn i of a dialogue.
func (r *Run) DescribedSet(ctx context.Context, c *corpora.Corpus, split dialog.Split, labels ...func(d dialog.Dialogue, i int) string) (s LabelledSet, err error) {
	told := r.Config.Model.Condition.Labelling(r.model.Parts.Labels)
	numbers := make([]map[string]int32, len(labels))
	for k := range labels {
		numbers[k] = map[string]int32{}
	}
	s.values = make([][]string, len(labels))
	labelling := func(d dialog.Dialogue, i int) (ids []int32) {
		if told != nil {
			ids = told(d, i)
		}
		for k, label := range labels {
			value := label(d, i)
			number, ok := numbers[k][value]
			if !ok {
				number = int32(len(s.values[k]))
				numbers[k][value], s.values[k] = number, append(s.values[k], value)
			}
			ids = append(ids, number)
		}
		return ids
	}
	if s.Set, err = r.encode(ctx, c, split, labelling); err != nil {
		return s, fmt.Errorf("encoding the %s split: %w", split, err)
	}
	return s, nil
}

// encode encodes a split for this process alone.
func (r *Run) encode(ctx context.Context, c *corpora.Corpus, split dialog.Split, l dialog.Labelling) (*dialog.Set, error) {
	file := tokenfile.NewDraft("", inMemory)
	d := draft{Draft: file, SetWriter: dialog.NewSetWriter(file, r.Tokenizer, r.Config.Model.Window(), l)}
	defer d.Discard()
	for dialogue, err := range Until(ctx, c.Dialogues(split)) {
		if err == nil {
			err = d.Add(dialogue)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := d.Finish(); err != nil {
		return nil, err
	}
	return d.private(r.Tokenizer.Size())
}
