package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// interpolateOptions are the arguments and flags of interpolate.
type interpolateOptions struct {
	Path     string // of the run
	From, To string
	Context  []string // turns before both texts, oldest first
	Steps    int
	Sampling dialog.Sampling // but N and PriorScale
	JSON     bool
	Threads  int
	Out      io.Writer
	Err      io.Writer
}

// An interpolation is the JSON of a walk between two texts.
type interpolation struct {
	From  string     `json:"from"`
	To    string     `json:"to"`
	Steps []stepping `json:"steps"`
}

// A stepping is one place of the walk.
type stepping struct {
	T       float64      `json:"t"` // 0 at From, 1 at To
	Text    string       `json:"text"`
	LogProb float64      `json:"log_prob"` // untruncated ln p(text|z,c), nats
	Z       dialog.Block `json:"z"`
}

func newInterpolate(runF func(context.Context, *interpolateOptions) error) *cobra.Command {
	o := &interpolateOptions{Sampling: dialog.DefaultSampling()}
	c := &cobra.Command{
		Use: "interpolate RUN A B", Short: "Decode the way between two texts in latent space",
		Long: `Decode the way between two texts in latent space.

A and B are encoded as the means of their posteriors q(z|text); z goes from one
to the other in a straight line, in equal steps, both ends included. A model of
dialogue needs --context, the turns before both texts.`,
		Example: `  cvae interpolate run "the food was great ." "the service was slow ."
  cvae interpolate run --context "Shall we order pizza?" "Yes, please." "No, not today." --steps 9`,
		Args: arguments(cobra.ExactArgs(3)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.From, o.To, o.Out, o.Err = args[0], args[1], args[2], c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	addContext(c, &o.Context)
	addDecoding(f, &o.Sampling)
	f.IntVar(&o.Steps, "steps", 7, "places to decode, both ends included")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	addThreads(c, &o.Threads)
	return c
}

func runInterpolate(ctx context.Context, o *interpolateOptions) error {
	if o.Steps < 2 || o.Steps > dialog.MaxResponses {
		return usagef("--steps is %d; it must be from 2 to %d", o.Steps, dialog.MaxResponses)
	}
	if err := checkSampling(o.Sampling); err != nil {
		return err
	}
	return question(run.Open, o.Path, o.Threads, o.Sampling.Labels, o.Err, func(r *run.Run) error {
		if err := checkContext(r, o.Context); err != nil {
			return err
		}
		out, err := o.interpolate(ctx, r)
		if err != nil {
			return err
		}
		return output(o.Out, o.JSON, out, printInterpolation)
	})
}

func (o *interpolateOptions) interpolate(ctx context.Context, r *run.Run) (out interpolation, err error) {
	var ends [2]dialog.Block
	for i, text := range []string{o.From, o.To} {
		code, err := r.Encode(ctx, run.Pair{Context: o.Context, Labels: o.Sampling.Labels, Response: text}, o.Sampling.Seed)
		if err != nil {
			return out, fmt.Errorf("encoding %q: %w", text, err)
		}
		ends[i] = code.Mean
	}
	if len(ends[0]) != len(ends[1]) {
		return out, usagef("z has %d steps for A and %d for B; give two texts of the same length", len(ends[0]), len(ends[1]))
	}
	z := line(ends[0], ends[1], o.Steps)
	reply, err := r.Respond(ctx, dialog.Request{Context: o.Context, Sampling: o.Sampling, Z: z}, nil)
	if err != nil {
		return out, err
	}
	out = interpolation{From: o.From, To: o.To}
	for i, a := range reply.Responses {
		out.Steps = append(out.Steps, stepping{T: along(i, o.Steps), Text: a.Text, LogProb: a.LogProb, Z: a.Z})
	}
	return out, nil
}

// along is how much of the way step i of n has behind it.
func along(i, n int) float64 { return float64(i) / float64(n-1) }

// line is n places on the straight way from a to b of the same shape, both
// included.
func line(a, b dialog.Block, n int) []dialog.Block {
	places := make([]dialog.Block, n)
	for i := range places {
		t := float32(along(i, n))
		for s, from := range a {
			z := make([]float32, len(from))
			for d := range z {
				z[d] = (1-t)*from[d] + t*b[s][d]
			}
			places[i] = append(places[i], z)
		}
	}
	return places
}

func printInterpolation(w io.Writer, r interpolation) error {
	fmt.Fprintln(w, "> "+printable(r.From))
	for _, s := range r.Steps {
		fmt.Fprintf(w, "%.2f  %s\n", s.T, printable(dialog.Readable(s.Text)))
	}
	_, err := fmt.Fprintln(w, "> "+printable(r.To))
	return err
}
