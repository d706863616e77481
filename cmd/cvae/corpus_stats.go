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
