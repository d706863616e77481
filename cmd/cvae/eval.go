package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// evalOptions are the arguments and flags of eval.
type evalOptions struct {
	Path     string // of the run
	From     source
	Split    string
	Samples  int
	Seed     uint64
	JSON     bool
	Threads  int
	Out, Err io.Writer
}

func newEval(runF func(context.Context, *evalOptions) error) *cobra.Command {
	o := &evalOptions{}
	c := &cobra.Command{
		Use: "eval RUN", Short: "Measure the likelihood and the latent variable of a run",
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.Out, o.Err = args[0], c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	addSource(f, &o.From, "the run's")
	f.StringVar(&o.Split, "split", "test", "train, valid or test")
	f.IntVar(&o.Samples, "iw", eval.DefaultSamples, "importance samples an example; 0: none")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of all random numbers")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	addThreads(c, &o.Threads)
	return c
}

// maxSamples bounds --iw.
const maxSamples = 100000

func (o *evalOptions) validate() error {
	if err := checkSplit(o.Split); err != nil {
		return err
	}
	if o.Samples < 0 || o.Samples > maxSamples {
		return usagef("--iw is %d; it must be from 0 to %d", o.Samples, maxSamples)
	}
	if err := o.From.validate(); err != nil {
		return err
	}
	return checkThreads(o.Threads)
}

func runEval(ctx context.Context, o *evalOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	r, err := run.Open(o.Path, o.Threads)
	if err != nil {
		return err
	}
	defer r.Close()
	warned(o.Err, r)
	r.Cache, r.Reading, r.Warn = tokenCache(), reading(o.Err, false), warning(o.Err)
	corpus, err := o.From.open(r, o.Err)
	if err != nil {
		return err
	}
	report, err := r.Evaluate(ctx, corpus, dialog.Split(o.Split), eval.Options{Seed: o.Seed, Samples: o.Samples}, announce(o.Err, "evaluating"))
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(o.Out, report)
	}
	return printEvaluation(o.Out, report)
}

// checkSplit refuses what is no split.
func checkSplit(name string) error {
	if !slices.Contains(dialog.Splits[:], dialog.Split(name)) {
		return usagef("--split %s is neither train nor valid nor test", name)
	}
	return nil
}

// printEvaluation prints a report as a table.
func printEvaluation(w io.Writer, r eval.Report) error {
	fmt.Fprintln(w, eval.FirstLine(r))
	nats := func(n eval.Number) string { return shown("%.3f nats/response", n) }
	rows := [][2]string{
		{"run", r.Run}, {"corpus", r.Corpus}, {"split", r.Split}, {"method", r.Method},
		{"examples", grouped(r.Examples)}, {"tokens", grouped(r.Tokens)},
		{"nll, bound", nats(r.NLL.Bound())}, {"  of the prior of training", nats(priorBound(r))},
		{"nll, importance-weighted", nats(r.NLL.IW)}, {"  standard error", nats(r.NLL.IWError)}, {"  samples", whole(r.NLL.Samples)},
		{"  examples", whole(r.NLL.IWExamples)}, {"  nll, bound, of these examples", nats(r.NLL.IWRows)}, {"  gain over it", nats(r.NLL.Gain)}, {"  standard error of the gain", nats(r.NLL.GainError)},
		{"reconstruction", nats(r.Rec)}, {"kl", nats(r.KL)}, {"side term", nats(r.Side)}, {"kl of the prior from N(0,I)", nats(r.PriorKL)},
		{"perplexity, bound", shown("%.2f a token", r.PPL.Bound())}, {"perplexity, importance-weighted", shown("%.2f a token", r.PPL.IW)},
		{"perplexity, reconstruction", shown("%.2f a token", r.PPL.Reconstruction)},
		{"mutual information", nats(r.MI.Full)}, {"  standard error", nats(r.MI.FullError)}, {"  at most", nats(r.MI.Ceiling.Full)},
		{"  within a batch", nats(r.MI.Minibatch)}, {"  at most", nats(r.MI.Ceiling.Minibatch)}, {"  with the context", nats(r.MI.RawFull)},
		{"  over the words", nats(r.MI.Steps)}, {"  standard error", nats(r.MI.StepsError)}, {"  at most", nats(r.MI.Ceiling.Steps)},
		{"active units", whole(r.Active)}, {"  of the charged means", whole(r.Charged)}, {"  beyond the context", whole(r.Residual)}, {"latent dimensions", whole(r.LatentDim)},
		{"bounds e1, e2, e3, e4", shown("%.3f", r.Bounds.E1) + ", " + shown("%.3f", r.Bounds.E2) + ", " + shown("%.3f", r.Bounds.E3) + ", " + shown("%.3f", r.Bounds.E4)},
	}
	for _, f := range r.Findings {
		rows = append(rows, [2]string{"collapse " + f.Name, f.Explanation + " " + f.Remedy})
	}
	return printTable(w, rows)
}

// priorBound is the bound of the prior that the model was trained with, where replies
// draw from another.
func priorBound(r eval.Report) eval.Number {
	if r.NLL.Aux.Known() {
		return r.NLL.ELBO
	}
	return r.NLL.Aux
}

// shown formats a number; n/a where there is none.
func shown(format string, n eval.Number) string {
	if !n.Known() {
		return "n/a"
	}
	return fmt.Sprintf(format, float64(n))
}

// whole shows a whole number; n/a where there is none.
func whole(n *int) string {
	if n == nil {
		return "n/a"
	}
	return grouped(*n)
}
