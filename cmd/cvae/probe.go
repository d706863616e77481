package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// probeOptions are the arguments and flags of probe.
type probeOptions struct {
	Path     string   // of the run
	Labels   string   // the name of a label, or a corpus
	Factors  []string // labels by name, or all; nil: probe one
	From     source   // the corpus that has the label
	Draws    int
	Seed     uint64
	JSON     bool
	Threads  int
	Out, Err io.Writer
}

// A probeResult is the JSON of probe.
type probeResult struct {
	Run    string `json:"run"`
	Corpus string `json:"corpus"`
	Label  string `json:"label"`
	eval.ProbeReport
}

func newProbe(runF func(context.Context, *probeOptions) error) *cobra.Command {
	o := &probeOptions{}
	c := &cobra.Command{
		Use: "probe RUN --labels FILE|NAME | --factors all|NAME,…", Short: "Measure which labels the latent variable holds",
		Long: `Measure which labels the latent variable holds: how well a linear classifier
reads them off the posterior means, after training on 100, 500, 1000, 2000 and
10000 labelled examples of the training split, against the rate of the most
frequent label. The accuracy is that on all of the test split.

--labels is the name of a label of the run's corpus, or of that of --corpus; or,
instead of both, a corpus with labels, such as a file of label<TAB>sentence lines,
of which topic, act, emotion, intent or the first label there is taken.

--factors asks instead how the dimensions of the latent variable stand to several
labels at once, its factors: z-diff, z-min-var, the mutual information gap (MIG),
disentanglement, completeness and informativeness (DCI), and modularity, all from
0 to 1, of the posterior means of the test split. "all" takes every label of 2 to
50 values. They are kept as factors.json in RUN, for cvae report to show.`,
		Example: `  cvae probe runs/bn --labels emotion
  cvae probe runs/yelp --labels sentiment.tsv --json
  cvae probe runs/bn --corpus talks.jsonl --labels act
  cvae probe runs/bn --factors intent,mood,topic`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.Out, o.Err = args[0], c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Labels, "labels", "", "`name` of a label, or a corpus with labels")
	f.StringSliceVar(&o.Factors, "factors", nil, "`names` of labels that are factors of the latent variable, or all")
	addSource(f, &o.From, "the run's, or --labels")
	f.IntVar(&o.Draws, "draws", 5, "draws of labelled examples to train on, for each number of them")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of all random numbers")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	addThreads(c, &o.Threads)
	return c
}

// maxDraws bounds --draws.
const maxDraws = 1000

func (o *probeOptions) validate() error {
	switch {
	case o.Labels == "" && len(o.Factors) == 0:
		return usagef("--labels is missing; name a corpus with labels, or a label of the run's corpus, or give --factors")
	case o.Labels != "" && len(o.Factors) > 0:
		return usagef("--labels and --factors exclude each other; --factors takes names of labels")
	}
	if o.Draws < 1 || o.Draws > maxDraws {
		return usagef("--draws is %d; it must be from 1 to %d", o.Draws, maxDraws)
	}
	from, label := o.source()
	if flag := from.flag(); flag != "" && from.Corpus == "" {
		return usagef("%s says how to read a corpus, and there is no file %s; name one with --corpus", flag, label)
	}
	return from.validate()
}

// source is the corpus, and what label is asked for, empty for any. A file that
// --labels names is the corpus, unless --corpus is.
func (o *probeOptions) source() (from source, label string) {
	if len(o.Factors) > 0 {
		return o.From, ""
	}
	if _, err := os.Stat(o.Labels); err == nil && o.From.Corpus == "" {
		return source{Corpus: o.Labels, Reading: o.From.Reading}, ""
	}
	return o.From, o.Labels
}

func runProbe(ctx context.Context, o *probeOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	lean()
	return question(run.Open, o.Path, o.Threads, nil, o.Err, func(r *run.Run) error { return o.probe(ctx, r) })
}

func (o *probeOptions) probe(ctx context.Context, r *run.Run) error {
	corpus, err := o.corpus(r)
	if err != nil {
		return err
	}
	if len(o.Factors) > 0 {
		return o.factors(ctx, r, corpus)
	}
	_, name := o.source()
	if name, err = run.FindLabel(ctx, corpus, dialog.Train, name); err != nil {
		return err
	}
	if name == "" {
		return usagef("the corpus %s has no label of a few values; give label<TAB>sentence lines, or name its label with --corpus %s --labels NAME", corpus.Name(), o.Labels)
	}
	report, err := r.Probe(ctx, corpus, name, o.Draws, o.Seed, stages(o.Err, time.Now))
	if err != nil {
		return err
	}
	return output(o.Out, o.JSON, probeResult{r.Dir, corpus.Name(), name, report}, printProbe)
}

// corpus opens the corpus.
func (o *probeOptions) corpus(r *run.Run) (*corpora.Corpus, error) {
	from, _ := o.source()
	c, err := from.open(r, o.Err)
	var configuration config.Error
	if from.Corpus != "" && errors.As(err, &configuration) {
		err = usagef("%s holds sentences without the turns before them, and %s is a model of dialogue; give labelled dialogues", from.Corpus, r.Dir)
	}
	return c, err
}

func printProbe(w io.Writer, p probeResult) error {
	fmt.Fprintf(w, "label %s of %s: %d classes, %s test examples, the most frequent label has %.1f %%\n",
		printable(p.Label), printable(p.Corpus), p.Classes, grouped(p.Test), 100*float64(p.Majority))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "labels\tdraws\taccuracy\tdeviation")
	for _, s := range p.Scores {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", grouped(s.Labels), s.Draws, shown("%.1f %%", 100*s.Accuracy), shown("%.1f", 100*s.Deviation))
	}
	return t.Flush()
}
