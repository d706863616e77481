package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

// convertOptions are the arguments and flags of cvae corpus convert.
type convertOptions struct {
	Read   corpusOptions
	Target string // where to write
	To     string // format
	Errs   io.Writer
}

func newCorpusConvert(runF func(context.Context, *convertOptions) error) *cobra.Command {
	o := &convertOptions{}
	c := &cobra.Command{
		Use: "convert IN OUT", Short: "Write a corpus in another format",
		Long: `Write a corpus in another format.

OUT with an extension is one file of all splits in order, or of the one that
--split names; with .gz or .zst after it, it is compressed. OUT without an
extension is a folder with a file for each split. OUT must not be there yet,
and nothing is there until all is written.`,
		Example: `  cvae corpus convert chat.tsv chat
  cvae corpus convert dailydialog test.jsonl.gz --split test
  cvae corpus convert builtin builtin.json --to sharegpt`,
		Args: arguments(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Read.Path, o.Target, o.Read.Out, o.Errs = args[0], args[1], c.OutOrStdout(), c.ErrOrStderr()
			if err := o.Read.check(); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
	addCorpusFlags(c, &o.Read)
	c.Flags().StringVar(&o.To, "to", corpora.Targets()[0].Name, "format to write: "+strings.Join(targetNames(), ", "))
	c.Flags().StringVar(&o.Read.Split, "split", "", "train, valid or test alone (default: all)")
	return c
}

// A convertReport is the JSON of a conversion.
type convertReport struct {
	Format  string            `json:"format"`
	To      string            `json:"to"`
	Files   []corpora.Written `json:"files"`
	Lost    corpora.Lost      `json:"lost"` // dialogues of which the format cannot hold something
	Skipped int               `json:"skipped"`
}

func runCorpusConvert(ctx context.Context, o *convertOptions) error {
	target, err := findTarget(o.To)
	if err != nil {
		return err
	}
	if err := o.check(target); err != nil {
		return err
	}
	corpus, err := corpora.Open(o.Read.Path, o.Read.Open)
	if err != nil {
		return err
	}
	splits := corpus.Splits()
	if o.Read.Split != "" {
		splits = []dialog.Split{dialog.Split(o.Read.Split)}
	}
	done, err := corpora.Convert(ctx, corpus, o.Target, target, splits...)
	if errors.Is(err, corpora.ErrExists) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	r := convertReport{Format: corpus.Format().Name, To: target.Name, Files: done.Files, Lost: done.Lost, Skipped: corpus.Skipped()}
	r.warn(o.Errs)
	return output(o.Read.Out, o.Read.JSON, r, printConversion)
}

// check refuses a place that does not go with the format or the split.
func (o *convertOptions) check(target corpora.Target) error {
	if o.Target == "" {
		return usagef("OUT is empty; name the file or folder to write")
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
	return printTable(w, append(rows, [2]string{"malformed lines left out", grouped(r.Skipped)}))
}
