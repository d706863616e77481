package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
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
			if err := checkFormat(o.Open.Format); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
	addCorpusFlags(c, o)
	return c, o
}

// addCorpusFlags adds the flags of the commands that read a corpus.
func addCorpusFlags(c *cobra.Command, o *corpusOptions) {
	f := c.Flags()
	f.StringVar(&o.Open.Format, "format", "", "format; see cvae corpus formats (default: detected)")
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
	return usagef("there is no format %q%s", name, didYouMean("", nearest(name, names)))
}
