package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// reconstructOptions are the arguments and flags of reconstruct.
type reconstructOptions struct {
	Path     string   // of the run
	Text     *string  // nil: texts come from In
	Context  []string // turns before the text, oldest first
	Sample   bool
	Sampling dialog.Sampling // but N and PriorScale
	JSON     bool
	Threads  int
	In       io.Reader
	Out      io.Writer
	Err      io.Writer
}

// A reconstruction is the JSON of one text.
type reconstruction struct {
	Text           string       `json:"text"`
	Reconstruction string       `json:"reconstruction"`
	LogProb        eval.Number  `json:"log_prob"` // ln p(text|z,c) with </s>, nats
	KL             eval.Number  `json:"kl"`       // KL(q‖p), nats
	Z              dialog.Block `json:"z"`
	Tokens         int          `json:"tokens"` // words of the text, </s> included
}

func newReconstruct(runF func(context.Context, *reconstructOptions) error) *cobra.Command {
	o := &reconstructOptions{Sampling: dialog.DefaultSampling()}
	c := &cobra.Command{
		Use: "reconstruct RUN [TEXT]", Short: "Encode texts and decode them again",
		Long: `Encode texts and decode them again, to see what z keeps of them.

TEXT is encoded as the mean of the posterior q(z|text). Without it every line
of standard input is a text, or a JSON object {"context": ["a turn"],
"response": "the text"}. A model of dialogue needs the turns before the text:
--context, or those of the object, which may have "labels" too. ln p(text|z) says how well z tells the
text, and KL(q‖p) what z costs, both in nats.`,
		Example: `  cvae reconstruct run "the service was slow ."
  cvae reconstruct run --context "Shall we order pizza?" "Yes, please."
  cvae reconstruct run --json < texts.txt`,
		Args: arguments(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.In, o.Out, o.Err = args[0], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			if len(args) > 1 {
				o.Text = &args[1]
			}
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	addContext(c, &o.Context)
	addDecoding(f, &o.Sampling)
	f.BoolVar(&o.Sample, "sample", false, "draw z from the posterior instead of taking its mean")
	f.BoolVar(&o.JSON, "json", false, "print a line of JSON for each text")
	addThreads(c, &o.Threads)
	return c
}

// addContext adds the flag --context.
func addContext(c *cobra.Command, turns *[]string) {
	c.Flags().StringArrayVar(turns, "context", nil, "a turn before the text, for a model of dialogue; repeat it for several, oldest first")
}

// checkContext refuses turns that a model cannot take, and none where it needs them.
func checkContext(r *run.Run, turns []string) error {
	switch {
	case r.Sentences() && len(turns) > 0:
		return usagef("%s is a model of sentences and has no context; leave it out", r.Dir)
	case !r.Sentences() && len(turns) == 0:
		return usagef("%s is a model of dialogue; give the turn before the text with --context", r.Dir)
	}
	return nil
}

func runReconstruct(ctx context.Context, o *reconstructOptions) error {
	if err := checkSampling(o.Sampling); err != nil {
		return err
	}
	if o.Text == nil && isTerminal(o.In) {
		return usagef("there is no text: give TEXT, or texts on standard input")
	}
	return question(run.Open, o.Path, o.Threads, o.Sampling.Labels, o.Err, func(r *run.Run) error {
		for text, err := range o.texts(ctx) {
			if err != nil {
				return err
			}
			out, err := o.reconstruct(ctx, r, text)
			if err != nil {
				return text.named(err)
			}
			if err := output(o.Out, o.JSON, out, printReconstruction); err != nil {
				return err
			}
		}
		return nil
	})
}

// texts are what to reconstruct.
func (o *reconstructOptions) texts(ctx context.Context) iter.Seq2[input, error] {
	if o.Text != nil {
		return only(input{Pair: run.Pair{Response: *o.Text}})
	}
	return inputs(ctx, o.In, nil, parseText)
}

// parseText reads a text: a line, or an object with "response".
func parseText(text string) (input, error) {
	if !strings.HasPrefix(text, "{") {
		return input{Pair: run.Pair{Response: text}}, nil
	}
	return parsePair(text)
}

func (o *reconstructOptions) reconstruct(ctx context.Context, r *run.Run, text input) (out reconstruction, err error) {
	if text.Context == nil {
		text.Context = o.Context
	}
	q := o.Sampling
	if q.Labels, err = text.conditioned(r, q.Labels, o.Err); err != nil {
		return out, err
	}
	text.Labels = q.Labels
	if err := checkContext(r, text.Context); err != nil {
		return out, err
	}
	code, err := r.Encode(ctx, text.Pair, q.Seed)
	if err != nil {
		return out, err
	}
	z := code.Mean
	if o.Sample {
		z = code.Z
	}
	logProb, tokens, err := r.Likelihood(ctx, text.Pair, z)
	if err != nil {
		return out, err
	}
	reply, err := r.Respond(ctx, dialog.Request{Context: text.Context, Sampling: q, Z: []dialog.Block{z}}, nil)
	if err != nil {
		return out, err
	}
	return reconstruction{
		Text: text.Response, Reconstruction: reply.Responses[0].Text,
		LogProb: eval.Number(logProb), KL: eval.Number(code.KL), Z: z, Tokens: tokens,
	}, nil
}

func printReconstruction(w io.Writer, r reconstruction) error {
	_, err := fmt.Fprintf(w, "> %s\n  %s\n  ln p(text|z) %.2f over %d words, KL %.2f\n",
		printable(r.Text), printable(dialog.Readable(r.Reconstruction)), float64(r.LogProb), r.Tokens, float64(r.KL))
	return err
}
