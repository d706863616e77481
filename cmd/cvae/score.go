package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/regular"
)

// scoreOptions are the arguments and flags of score.
type scoreOptions struct {
	Path    string // of the run
	File    string // of the pairs; empty: In
	Samples int
	Labels  map[string]string // of all pairs
	Seed    uint64
	Threads int
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
}

// A scoreReport is the JSON of one pair. Log-probabilities are in nats.
type scoreReport struct {
	Context  []string `json:"context"`
	Response string   `json:"response"`
	// LogProb is the lower bound −(rec + KL) on ln p(x|c), LogProbIW the tighter
	// importance-weighted one; both are exact without a latent.
	LogProb   eval.Number `json:"log_prob"`
	LogProbIW eval.Number `json:"log_prob_iw"`
	Rec       eval.Number `json:"rec"`
	KL        eval.Number `json:"kl"`
	Tokens    int         `json:"tokens"`
	// Unread is what of the pair does not fit into the window of the model.
	Unread run.PairUnread `json:"unread"`
}

func newScore(runF func(context.Context, *scoreOptions) error) *cobra.Command {
	o := &scoreOptions{}
	c := &cobra.Command{
		Use: "score RUN [FILE]", Short: "Print how likely given responses are",
		Long: `Print how likely given responses are, a line of JSON for each.

FILE, or else standard input, holds a JSON object a line:
{"context": ["first turn", "second turn"], "response": "third turn"}
and perhaps the "labels" that the run is conditioned on. What of a pair is longer than
the window of the model is not scored; it is said on standard error, and stands under
"unread".`,
		Args: arguments(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.In, o.Out, o.Err = args[0], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			if len(args) > 1 {
				o.File = args[1]
			}
			return runF(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.Samples, "iw", eval.DefaultSamples, "importance samples a response; 0: none")
	addLabels(c.Flags(), &o.Labels)
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of all random numbers")
	c.Flags().Bool("json", true, "print JSON, the only form")
	addThreads(c, &o.Threads)
	return c
}

func runScore(ctx context.Context, o *scoreOptions) error {
	if o.Samples < 0 || o.Samples > maxSamples {
		return usagef("--iw is %d; it must be from 0 to %d", o.Samples, maxSamples)
	}
	return question(run.Open, o.Path, o.Threads, o.Labels, o.Err, func(r *run.Run) error {
		in := o.In
		if o.File != "" {
			f, _, err := regular.Open(o.File)
			if err != nil {
				return usageError{fmt.Errorf("reading the pairs: %w", err)}
			}
			defer f.Close()
			in = f
		}
		if isTerminal(in) {
			return usagef("there is nothing to score: give a file, or pairs on standard input")
		}
		return o.score(ctx, r, in)
	})
}

func (o *scoreOptions) score(ctx context.Context, r *run.Run, in io.Reader) error {
	for pair, err := range inputs(ctx, in, nil, parsePair) {
		if err != nil {
			return err
		}
		if pair.Labels, err = pair.conditioned(r, o.Labels, o.Err); err != nil {
			return pair.named(err)
		}
		l, err := r.Score(ctx, pair.Pair, o.Seed, o.Samples)
		if err != nil {
			return pair.named(err)
		}
		unread, err := r.Unread(pair.Pair)
		if err != nil {
			return pair.named(err)
		}
		sayUnread(o.Err, pair, r, unread)
		err = printJSON(o.Out, scoreReport{
			Context: append([]string{}, pair.Context...), Response: pair.Response,
			LogProb: l.Bound, LogProbIW: l.IW, Rec: l.Rec, KL: l.KL, Tokens: l.Tokens, Unread: unread,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
