package main

import (
	"context"
	"io"

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
