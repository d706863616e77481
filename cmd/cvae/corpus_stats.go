package main

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

func newCorpusStats(runF func(context.Context, *corpusOptions) error) *cobra.Command {
	c, _ := corpusCommand("stats", "Count what is in a corpus", runF)
	return c
}

func runCorpusStats(ctx context.Context, o *corpusOptions) error {
	corpus, err := corpora.Open(o.Path, o.Open)
	if err != nil {
		return err
	}
	stats, err := corpus.Stats(ctx, func(text string) iter.Seq[string] {
		return tokenize.SplitWords(text, tokenize.Options{Split: tokenize.Punct, Lower: true})
	})
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(o.Out, stats)
	}
	return printStats(o.Out, stats)
}

func printStats(w io.Writer, s corpora.Stats) error {
	rows := [][2]string{{"format", s.Format}}
	for _, split := range dialog.Splits {
		n := s.Splits[split]
		rows = append(rows, [2]string{string(split), fmt.Sprintf("%s dialogues, %s turns, %s pairs, %s tokens",
			grouped(n.Dialogues), grouped(n.Turns), grouped(n.Pairs), grouped(n.Tokens))})
	}
	rows = append(rows, [2]string{"types", grouped(s.Types)})
	for _, split := range dialog.Splits {
		rows = append(rows, [2]string{"duplicates within " + string(split), grouped(s.Duplicates.Within[split])})
	}
	for _, pair := range []string{"valid_in_train", "test_in_train", "test_in_valid"} {
		rows = append(rows, [2]string{"duplicates " + pair, grouped(s.Duplicates.Across[pair])})
	}
	return printTable(w, append(rows, [2]string{"malformed lines left out", grouped(s.Skipped)}))
}
