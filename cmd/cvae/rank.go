package main

import (
	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// rankOptions are the flags that order responses.
type rankOptions struct {
	By     string // empty: as they are drawn
	Lambda float64
	LM     string // a run of method lm; empty: that in the folder lm of the run
	stray  string // a flag that was given without --rank
}

// addRank adds the flags that order responses.
func addRank(c *cobra.Command, o *rankOptions) {
	f := c.Flags()
	f.StringVar(&o.By, "rank", "", "joint: draw four times as many responses, drop equal ones and print those with the most ln p(x|z,c) − λ·ln p(x), best first")
	f.Float64Var(&o.Lambda, "lambda", dialog.DefaultLambda, "λ of --rank joint; 0 leaves ln p(x) out")
	f.StringVar(&o.LM, "lm", "", "`run` of method lm that --rank joint takes ln p(x) from (default: the folder lm in the run; the built-in model stands for its own)")
}

// read makes the rank of the flags.
func (o *rankOptions) read(c *cobra.Command, s *dialog.Sampling) {
	if o.By != "" {
		s.Rank = &dialog.Rank{By: o.By, Lambda: o.Lambda}
		return
	}
	for _, name := range []string{"lambda", "lm"} {
		if c.Flags().Changed(name) {
			o.stray = name
		}
	}
}

// check refuses flags that do nothing.
func (o *rankOptions) check() error {
	if o.stray != "" {
		return usagef("--%s belongs to --rank joint; add that, or leave it out", o.stray)
	}
	return nil
}

// use opens the language model of --lm for a run.
func (o *rankOptions) use(r *run.Run, threads int) error {
	if o.LM == "" {
		return nil
	}
	lm, err := openRun(o.LM, threads)
	if err != nil {
		return err
	}
	if err := r.UseLM(lm); err != nil {
		lm.Close()
		return usageError{err}
	}
	return nil
}
