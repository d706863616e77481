package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/bench"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// benchOptions are the flags of the bench commands.
type benchOptions struct {
	bench.Options
	JSON bool
	Out  io.Writer
}

func newBench() *cobra.Command {
	return group("bench", "Measure the speed of this machine",
		newBenchTrain(runBenchTrain),
		newBenchReply(runBenchReply))
}

// newBenchTrain is the command that also says how the cost of a step grows.
func newBenchTrain(runF func(context.Context, *benchOptions) error) *cobra.Command {
	o := &benchOptions{}
	c := benchCommand("train", "Time training steps on random text", o, runF)
	c.Long = c.Short + `.

The workload fixes the sizes of the model and of the text. --vocabulary,
--hidden, --length and --batch each change one, to see how the cost grows. Under
mpirun the ranks train together on one batch; tokens a second are those of all.`
	c.Example = `  cvae bench train --workload w3 --threads 2
  cvae bench train --workload w3 --threads 1 --vocabulary 40000 --json`
	f := c.Flags()
	f.IntVar(&o.Shape.Vocabulary, "vocabulary", 0, "words, the special ones included; 0: the workload's")
	f.IntVar(&o.Shape.Hidden, "hidden", 0, "units of the recurrent layers and of the decoder; 0: the workload's")
	f.IntVar(&o.Shape.Length, "length", 0, "tokens of every turn and of every response; 0: the workload's")
	f.BoolVar(&o.Attention, "attention", false, "let the decoder attend to the words of the context, of w2 and w3")
	f.BoolVar(&o.Sharded, "sharded", false, "cut batches into the shards of ranks (train.shards=8), as under mpirun")
	f.IntVar(&o.Shape.Batch, "batch", 0, "examples a step; 0: the workload's")
	return c
}

// newBenchReply is the command that also says how many responses a request wants.
func newBenchReply(runF func(context.Context, *benchOptions) error) *cobra.Command {
	o := &benchOptions{}
	c := benchCommand("reply", "Time replies to random contexts", o, runF)
	c.Flags().IntVar(&o.Responses, "responses", 0, "responses of one request; 0: 64")
	return c
}

func benchCommand(name, short string, o *benchOptions, runF func(context.Context, *benchOptions) error) *cobra.Command {
	c := &cobra.Command{
		Use: name, Short: short, Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			if err := o.validate(); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Workload, "workload", "w3", "w1 (text, LSTM 1024), w2 (dialogue of Switchboard size), w3 (small dialogue) or w4 (text, transformer)")
	f.IntVar(&o.Steps, "steps", 0, "steps or requests to time; 0: a few")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the random text")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	f.StringVar((*string)(&o.Precision), "precision", "fp32", "fp32, or bf16 to multiply as train.precision=bf16 does, or reply --precision bf16")
	addThreads(c, &o.Threads)
	return c
}

func (o *benchOptions) validate() error {
	if workloads := []string{"w1", "w2", "w3", "w4"}; !slices.Contains(workloads, o.Workload) {
		return usagef("there is no workload %q; the workloads are w1, w2, w3 and w4", o.Workload)
	}
	if o.Steps < 0 {
		return usagef("--steps is %d; it must not be negative", o.Steps)
	}
	if o.Responses < 0 || o.Responses > 1<<16 {
		return usagef("--responses is %d; it must be from 0 to %d", o.Responses, 1<<16)
	}
	if err := o.Shape.Validate(); err != nil {
		return usageError{fmt.Errorf("--%w", err)}
	}
	return cmp.Or(checkPrecision(o.Precision), checkThreads(o.Threads))
}

func runBenchTrain(ctx context.Context, o *benchOptions) error {
	return onRanks(0, func(link ranks.Link) error {
		lean()
		o.Ranks = link
		r, err := bench.Train(ctx, o.Options)
		if err != nil || link.Rank() > 0 {
			return err
		}
		return o.printTrain(r)
	})
}

func (o *benchOptions) printTrain(r bench.TrainReport) error {
	if o.JSON {
		return printJSON(o.Out, r)
	}
	rows := [][2]string{
		{"workload", r.Workload}, {"threads", strconv.Itoa(r.Threads)},
		{"response tokens", grouped(int(r.TokensPerSec)) + "/s"},
		{"step", decimal(r.MsPerStep) + " ms (median)"},
		{"matrix products", decimal(r.GFlops) + " GFLOP/s"},
		{"memory at most", decimal(r.PeakRSSMB) + " MB"},
	}
	if e := r.Exchange; e != nil {
		rows = append(rows, [][2]string{
			{"ranks", strconv.Itoa(e.Ranks)},
			{"exchanges", precise(e.Exchanges) + " a step"},
			{"sent a step", precise(e.Bytes...) + " bytes (by rank, as below)"},
			{"moving bytes", precise(e.Moving...) + " ms a step"},
			{"behind computing", precise(e.Behind...) + " ms a step"},
			{"waiting for ranks", precise(e.Waiting...) + " ms a step"},
		}...)
	}
	if l := r.Line; l != nil {
		rows = append(rows, [2]string{"line", precise(l.Latency) + " ms an exchange, " + precise(l.Bandwidth) + " MB/s"})
	}
	return printTable(o.Out, rows)
}

func runBenchReply(ctx context.Context, o *benchOptions) error {
	r, err := bench.Reply(ctx, o.Options)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(o.Out, r)
	}
	return printTable(o.Out, [][2]string{
		{"workload", r.Workload}, {"threads", strconv.Itoa(r.Threads)},
		{"responses", strconv.Itoa(r.Responses) + " of " + strconv.Itoa(r.Tokens) + " tokens"},
		{"request", decimal(r.MsMedian) + " ms (median)"},
		{"matrix products", decimal(r.GFlops) + " GFLOP/s"},
	})
}

// decimal shows a measurement.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// leanPercent is how much garbage a command that trains lets grow, in percent of
// what is in use.
const leanPercent = 25

// lean keeps the peak of memory near what is in use: training and measuring reuse large arrays
// from step to step and makes little garbage, so that collecting it often costs
// next to nothing.
func lean() { debug.SetGCPercent(leanPercent) }
