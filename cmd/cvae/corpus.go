package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

func newCorpus() *cobra.Command {
	return group("corpus", "Look at corpora and convert them", newCorpusFormats(runCorpusFormats), newCorpusStats(runCorpusStats),
		newCorpusShow(runCorpusShow), newCorpusConvert(runCorpusConvert))
}

// corpusOptions are the arguments and flags of the corpus commands.
type corpusOptions struct {
	Path  string
	Open  corpora.Options
	Split string
	N     int
	JSON  bool
	Out   io.Writer
	Err   io.Writer
}

// corpusCommand is a command that reads a corpus.
func corpusCommand(use, short string, runF func(context.Context, *corpusOptions) error) (*cobra.Command, *corpusOptions) {
	o := &corpusOptions{}
	c := &cobra.Command{
		Use: use + " PATH", Short: short, Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.Out, o.Err = args[0], c.OutOrStdout(), c.ErrOrStderr()
			if err := o.check(); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
	addCorpusFlags(c, o)
	return c, o
}

func (o *corpusOptions) check() error {
	return checkFormat(o.Open.Format)
}

// addCorpusFlags adds the flags of the commands that read a corpus.
func addCorpusFlags(c *cobra.Command, o *corpusOptions) {
	f := c.Flags()
	f.StringVar(&o.Open.Format, "format", "", "format; see cvae corpus formats (default: detected)")
	f.StringVar(&o.Open.Map, "map", "", mapHelp)
	f.StringVar(&o.Open.Encoding, "encoding", "", encodingHelp)
	f.Var((*gap)(&o.Open.Gap), "gap", gapHelp)
	f.BoolVar(&o.Open.Clean, "clean", false, cleanHelp)
	f.BoolVar(&o.Open.SkipBad, "skip-bad", false, "leave malformed lines out and count them")
	f.BoolVar(&o.Open.Dedup, "dedup", false, "leave duplicate dialogues out")
	f.Uint64Var(&o.Open.Seed, "seed", 1, "seed of the splits of a corpus without its own")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
}

func newCorpusFormats(runF func(context.Context, *corpusOptions) error) *cobra.Command {
	o := &corpusOptions{}
	c := &cobra.Command{
		Use: "formats", Short: "List the formats that can be read", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

// A formatReport is the JSON of one format.
type formatReport struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Layout  string `json:"layout"`
	Licence string `json:"licence"`
	Turns   string `json:"turns"`
}

func runCorpusFormats(_ context.Context, o *corpusOptions) error {
	list := []formatReport{}
	for _, f := range corpora.Formats() {
		list = append(list, formatReport{Name: f.Name, Title: f.Title, Layout: f.Layout, Licence: f.Licence, Turns: f.Turns})
	}
	if o.JSON {
		return printJSON(o.Out, list)
	}
	for _, f := range list {
		fmt.Fprintf(o.Out, "%s: %s\n    %s; licence: %s\n", f.Name, f.Title, f.Layout, f.Licence)
	}
	return nil
}

// checkFormat refuses a name of no format.
func checkFormat(name string) error {
	var names []string
	for _, f := range corpora.Formats() {
		names = append(names, f.Name)
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	return usageError{config.KeyError{Key: "format", Err: fmt.Errorf("there is no format %q%s", name, didYouMean("", nearest(name, names)))}}
}

func newCorpusShow(runF func(context.Context, *corpusOptions) error) *cobra.Command {
	c, o := corpusCommand("show", "Print the first dialogues of a corpus", runF)
	c.Flags().StringVar(&o.Split, "split", "", "train, valid or test alone (default: all)")
	c.Flags().IntVarP(&o.N, "number", "n", 3, "dialogues")
	return c
}

// A dialogueReport is the JSON of one dialogue.
type dialogueReport struct {
	ID     string            `json:"id"`
	Labels map[string]string `json:"labels"`
	Turns  []turnReport      `json:"turns"`
}

type turnReport struct {
	Speaker string            `json:"speaker"`
	Text    string            `json:"text"`
	Labels  map[string]string `json:"labels"`
}

func runCorpusShow(ctx context.Context, o *corpusOptions) error {
	splits := dialog.Splits[:]
	if o.Split != "" {
		if err := checkSplit(o.Split); err != nil {
			return err
		}
		splits = []dialog.Split{dialog.Split(o.Split)}
	}
	if o.N < 1 {
		return usagef("-n is %d; it must be at least 1", o.N)
	}
	corpus, err := corpora.Open(o.Path, o.Open)
	if err != nil {
		return err
	}
	shown := 0
	for d, err := range corpus.Pass(splits...) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = o.show(d.Dialogue, shown == 0)
		}
		if err != nil {
			return err
		}
		if shown++; shown == o.N {
			break
		}
	}
	return nil
}

// show prints one dialogue: a line of JSON, or turns after a blank line.
func (o *corpusOptions) show(d dialog.Dialogue, first bool) error {
	if o.JSON {
		r := dialogueReport{ID: d.ID, Labels: d.Labels, Turns: []turnReport{}}
		for _, t := range d.Turns {
			r.Turns = append(r.Turns, turnReport(t))
		}
		return printJSON(o.Out, r)
	}
	if !first {
		fmt.Fprintln(o.Out)
	}
	for _, t := range d.Turns {
		fmt.Fprintf(o.Out, "%s: %s\n", printable(t.Speaker), printable(t.Text))
	}
	return nil
}

func newCorpusStats(runF func(context.Context, *corpusOptions) error) *cobra.Command {
	c, _ := corpusCommand("stats", "Count what is in a corpus", runF)
	return c
}

func runCorpusStats(ctx context.Context, o *corpusOptions) error {
	corpus, err := corpora.Open(o.Path, o.Open)
	if err != nil {
		return err
	}
	show, done := reading(o.Err, false), 0
	stats, err := corpus.Stats(ctx, func(text string) iter.Seq[string] {
		return tokenize.SplitWords(text, tokenize.Options{Split: tokenize.Punct, Lower: true})
	}, func(dialogues int) {
		done = dialogues
		show("counting", done, 0)
	})
	show("counting", done, done)
	if err != nil {
		return err
	}
	return output(o.Out, o.JSON, stats, printStats)
}

func printStats(w io.Writer, s corpora.Stats) error {
	rows := [][2]string{{"format", s.Format}}
	for _, split := range dialog.Splits {
		n := s.Splits[split]
		rows = append(rows, [2]string{string(split), strings.Join([]string{
			counted(n.Dialogues, "dialogue"), counted(n.Turns, "turn"), counted(n.Pairs, "pair"), counted(n.Tokens, "token")}, ", ")})
	}
	rows = append(rows, [2]string{"types", grouped(s.Types)})
	for _, split := range dialog.Splits {
		n := s.Lengths[split]
		rows = append(rows, [2]string{"turns a dialogue, " + string(split), lengthText(n.Turns)}, [2]string{"tokens a turn, " + string(split), lengthText(n.Tokens)})
	}
	for _, split := range dialog.Splits {
		rows = append(rows, [2]string{"duplicates within " + string(split), grouped(s.Duplicates.Within[split])})
	}
	for _, pair := range []string{"valid_in_train", "test_in_train", "test_in_valid"} {
		rows = append(rows, [2]string{"duplicates " + pair, grouped(s.Duplicates.Across[pair])})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Scripts)) {
		rows = append(rows, [2]string{"turns in " + name, grouped(s.Scripts[name])})
	}
	rows = append(rows, [2]string{"malformed lines left out", grouped(s.Skipped)})
	if n := s.LeftOut.Unwanted; n > 0 {
		rows = append(rows, [2]string{"records left out", grouped(n) + " that their shape does not want, such as answers with label false"})
	}
	if l := s.LeftOut; s.Timed || l.System+l.Media+l.Unanswered > 0 {
		rows = append(rows, [2]string{"messages left out", fmt.Sprintf("%s of the program, %s without words, %s unanswered", grouped(l.System), grouped(l.Media), grouped(l.Unanswered))})
	}
	for _, warning := range s.Warnings {
		rows = append(rows, [2]string{"warning", warning.Message})
	}
	return printTable(w, rows)
}

// lengthText sums lengths up.
func lengthText(l corpora.Length) string {
	if l.Mean == nil {
		return "n/a"
	}
	return fmt.Sprintf("mean %.1f, median %s, 95 %% up to %s, 99 %% up to %s, at most %s",
		*l.Mean, grouped(*l.Median), grouped(*l.P95), grouped(*l.P99), grouped(*l.Max))
}
