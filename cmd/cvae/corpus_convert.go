package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/corpora/talk"
	"github.com/cvae-go/cvae/dialog"
)

// The filters.
const (
	talkFilter  = "talk"
	topicFilter = "topic"
)

// convertOptions are the arguments and flags of cvae corpus convert.
type convertOptions struct {
	Read   corpusOptions
	Paths  []string // corpora
	Times  []int    // how often each is written; empty: once
	Filter string   // empty: none
	Target string   // where to write
	To     string   // format
	Errs   io.Writer
}

func newCorpusConvert(runF func(context.Context, *convertOptions) error) *cobra.Command {
	o := &convertOptions{}
	c := &cobra.Command{
		Use: "convert IN... OUT", Short: "Write corpora in another format, filtered and mixed",
		Long: `Write a corpus, or several as one, in another format.

OUT with an extension is one file of all splits in order, or of the one that
--split names; with .gz or .zst after it, it is compressed. OUT without an
extension is a folder with a file for each split. OUT must not be there yet,
and nothing is there until all is written.

--times 3,1 mixes: the training dialogues of the first IN are written three times,
those of the second once. Valid and test have everything once. The flags that say
how a corpus is read hold for every IN.

--filter talk keeps, of real conversations, what a small model may learn: stretches of
short turns without what identifies a person and without abuse. It counts the turns
that each rule hits:
` + filterHelp() + `
--filter topic keeps stretches in which every turn has to do with the one before it: they
share a word, or have two that go together in the corpus, but for the commonest words.`,
		Example: `  cvae corpus convert chat.tsv chat
  cvae corpus convert dailydialog test.jsonl.gz --split test
  cvae corpus convert builtin builtin.json --to sharegpt
  cvae corpus convert chat small-talk mixed --times 2,1 --filter talk`,
		Args: arguments(cobra.MinimumNArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			last := len(args) - 1
			o.Paths, o.Target, o.Read.Out, o.Errs = args[:last], args[last], c.OutOrStdout(), c.ErrOrStderr()
			if err := o.Read.check(); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
	addCorpusFlags(c, &o.Read)
	c.Flags().StringVar(&o.To, "to", corpora.Targets()[0].Name, "format to write: "+strings.Join(targetNames(), ", "))
	c.Flags().IntSliceVar(&o.Times, "times", nil, "how often the training dialogues of each IN are written, such as 2,1 (default: once)")
	c.Flags().StringVar(&o.Filter, "filter", "", "talk or topic, see above (default: keep everything)")
	c.Flags().StringVar(&o.Read.Split, "split", "", "train, valid or test alone (default: all)")
	return c
}

// A convertReport is the JSON of a conversion.
type convertReport struct {
	Format   string            `json:"format"`
	To       string            `json:"to"`
	Files    []corpora.Written `json:"files"`
	Lost     corpora.Lost      `json:"lost"`     // dialogues of which the format cannot hold something
	Filtered map[string]int    `json:"filtered"` // turns by the rule of the filter that they broke; null: no filter
	Skipped  int               `json:"skipped"`
}

func runCorpusConvert(ctx context.Context, o *convertOptions) error {
	target, err := findTarget(o.To)
	if err != nil {
		return err
	}
	if err := o.check(target); err != nil {
		return err
	}
	mixture, err := o.mixture()
	if err != nil {
		return err
	}
	hits, err := o.filter(&mixture)
	if err != nil {
		return err
	}
	splits := mixture.Splits()
	if o.Read.Split != "" {
		splits = []dialog.Split{dialog.Split(o.Read.Split)}
	}
	done, err := mixture.Convert(ctx, o.Target, target, splits...)
	if errors.Is(err, corpora.ErrExists) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	r := convertReport{Format: formatsOf(mixture), To: target.Name, Files: done.Files, Lost: done.Lost, Filtered: hits, Skipped: mixture.Skipped()}
	r.warn(o.Errs)
	return output(o.Read.Out, o.Read.JSON, r, printConversion)
}

// mixture opens the corpora.
func (o *convertOptions) mixture() (m corpora.Mixture, err error) {
	for i, path := range o.Paths {
		share := corpora.Share{Times: 1}
		if len(o.Times) > 0 {
			share.Times = o.Times[i]
		}
		if share.Corpus, err = corpora.Open(path, o.Read.Open); err != nil {
			return m, err
		}
		m.Parts = append(m.Parts, share)
	}
	return m, nil
}

// filter adds the filter to the mixture. The counts grow while the mixture is written;
// they are nil without a filter.
func (o *convertOptions) filter(m *corpora.Mixture) (hits map[string]int, err error) {
	switch o.Filter {
	case talkFilter:
		f := talk.New()
		m.Keep, hits = f.Keep, f.Hits
	case topicFilter:
		f, err := talk.LearnTopics(m.Dialogues(dialog.Train))
		if err != nil {
			return nil, err
		}
		m.Keep, hits = f.Keep, f.Hits
	}
	return hits, nil
}

// formatsOf names the formats of the corpora, each once.
func formatsOf(m corpora.Mixture) string {
	var names []string
	for _, p := range m.Parts {
		if name := p.Corpus.Format().Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " + ")
}

// filterHelp lists the rules of the filter.
func filterHelp() string {
	var b strings.Builder
	for _, r := range talk.Rules() {
		fmt.Fprintf(&b, "  %-8s %s\n", r.Name, r.Title)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// check refuses a place that does not go with the format or the split.
func (o *convertOptions) check(target corpora.Target) error {
	if o.Target == "" {
		return usagef("OUT is empty; name the file or folder to write")
	}
	if o.Filter != "" && o.Filter != talkFilter && o.Filter != topicFilter {
		return usagef("--filter %s is no filter; there are %s and %s", o.Filter, talkFilter, topicFilter)
	}
	if len(o.Times) > 0 && len(o.Times) != len(o.Paths) {
		return usagef("--times has %d numbers and there are %d corpora; give one for each IN", len(o.Times), len(o.Paths))
	}
	if slices.ContainsFunc(o.Times, func(n int) bool { return n < 1 || n > 1000 }) {
		return usagef("--times has a number that is not from 1 to 1000; leave the corpus out, or write it once or more")
	}
	if o.Read.Split != "" {
		if err := checkSplit(o.Read.Split); err != nil {
			return err
		}
	}
	if !corpora.IsFile(o.Target) {
		if o.Read.Split != "" {
			return usagef("--split %s is one file, and %s would be a folder; write to %s.%s", o.Read.Split, o.Target, filepath.Clean(o.Target), target.Extension)
		}
		return nil
	}
	name := strings.TrimSuffix(strings.TrimSuffix(o.Target, ".gz"), ".zst")
	if filepath.Ext(name) != "."+target.Extension {
		return usagef("%s is no name for a file of format %s, which ends in .%s, .%s.gz or .%s.zst; change it, or the format with --to (a folder has no dot in its name, or / at its end)",
			o.Target, target.Name, target.Extension, target.Extension, target.Extension)
	}
	return nil
}

func targetNames() (names []string) {
	for _, t := range corpora.Targets() {
		names = append(names, t.Name)
	}
	return names
}

// findTarget returns the format of that name.
func findTarget(name string) (corpora.Target, error) {
	for _, t := range corpora.Targets() {
		if t.Name == name {
			return t, nil
		}
	}
	return corpora.Target{}, usagef("--to %s is no format that can be written; those are %s%s",
		name, strings.Join(targetNames(), ", "), didYouMean("", nearest(name, targetNames())))
}

// warn says what the format could not hold.
func (r convertReport) warn(w io.Writer) {
	for _, l := range []struct {
		dialogues int
		what      string
	}{
		{r.Lost.Labels, "the labels"},
		{r.Lost.Speakers, "the names of the speakers"},
		{r.Lost.Texts, "line breaks, TABs or other exact characters"},
	} {
		if l.dialogues > 0 {
			fmt.Fprintf(w, "warning: format %s cannot hold %s of %s; they are lost\n", r.To, l.what, counted(l.dialogues, "dialogue"))
		}
	}
}

func printConversion(w io.Writer, r convertReport) error {
	rows := [][2]string{{"format", r.Format + " to " + r.To}}
	for _, f := range r.Files {
		rows = append(rows, [2]string{f.Path, counted(f.Dialogues, "dialogue") + ", " + counted(f.Turns, "turn")})
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Filtered)) {
		rows = append(rows, [2]string{"turns hit by rule " + rule, grouped(r.Filtered[rule])})
	}
	return printTable(w, append(rows, [2]string{"malformed lines left out", grouped(r.Skipped)}))
}
