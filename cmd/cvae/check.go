package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run/check"
	"github.com/cvae-go/cvae/cvae/run/training"
)

// checkOptions are the argument and flags of check.
type checkOptions struct {
	Path     string // of the run
	Repair   bool
	JSON     bool
	Out, Err io.Writer
}

// A checkReport is the JSON of check.
type checkReport struct {
	Run   string          `json:"run"`
	Sound bool            `json:"sound"` // nothing is wrong, or all of it was mended
	Files []check.Finding `json:"files"`
}

func newCheck(runF func(context.Context, *checkOptions) error) *cobra.Command {
	o := &checkOptions{}
	c := &cobra.Command{
		Use: "check RUN", Short: "Verify the files of a run, and mend what can be mended",
		Long: `Verify the files of a run: that each is there, is whole and belongs to the others, and
that the corpus is the one that the run was trained on. RUN may be builtin. Scores of
factors of earlier parameters are a fault, too.

--repair makes again what other files of the run or its corpus still hold: the best
model of the newest parameters, the tokenizer and the labels of the corpus, data.json,
the end of a log that was cut; it measures the best model again where eval.json,
latent.json or MODEL_CARD.md of a run that has ended is damaged or gone, and takes away
what killed processes left. Weights that are damaged in both files cannot be made again.

The exit status is 1 where something is wrong and is not mended.`,
		Example: `  cvae check runs/a
  cvae check runs/a --repair`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path, o.Out, o.Err = args[0], c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.Repair, "repair", false, "mend what can be mended")
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func runCheck(ctx context.Context, o *checkOptions) error {
	findings, err := check.Run(o.Path)
	if err == nil && o.Repair {
		findings, err = check.Repair(ctx, o.Path, findings, training.Options{Cache: tokenCache(), Reading: reading(o.Err, false), Warn: warning(o.Err)}, announce(o.Err, "evaluating"))
	}
	if err != nil {
		return err
	}
	left := 0
	for _, f := range findings {
		if !f.Repaired {
			left++
		}
	}
	r := checkReport{Run: o.Path, Sound: left == 0, Files: append([]check.Finding{}, findings...)}
	if err := output(o.Out, o.JSON, r, printCheck); err != nil {
		return err
	}
	if left > 0 {
		return fmt.Errorf("%s has %s", o.Path, counted(left, "fault"))
	}
	return nil
}

// printCheck prints a line for each finding.
func printCheck(w io.Writer, r checkReport) error {
	for _, f := range r.Files {
		is := ""
		switch {
		case f.Repaired:
			is = "mended: "
		case f.Repairable():
			is = "with --repair "
		}
		if _, err := fmt.Fprintf(w, "%s: %s; %s%s\n", printable(f.File), printable(f.Fault), is, printable(f.Cure)); err != nil {
			return err
		}
	}
	if !r.Sound {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s is sound\n", printable(r.Run))
	return err
}
