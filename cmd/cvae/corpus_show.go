package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

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
