package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/page"
)

// committedRateOptions are the flags of experiment committed-rate.
type committedRateOptions struct {
	Path string
	JSON bool
	Out  io.Writer
}

func newCommittedRate(runF func(context.Context, *committedRateOptions) error) *cobra.Command {
	o := &committedRateOptions{}
	c := &cobra.Command{
		Use: "committed-rate [--out DIR]", Short: "The committed rate of delta-ar over α and the steps (Razavi et al. 2019, figure 1)",
		Long: `Compute the least KL that a factorised posterior has from the autoregressive prior
of delta-ar, for some α and numbers of steps: by its formula, and by a minimiser that
knows the KL alone.

DIR/committed-rate.json has the numbers. DIR/steps.svg and DIR/alpha.svg draw them,
and DIR/contours-A.svg, for three α, the prior of two steps with the posterior next to
it.`,
		Example: "  cvae experiment committed-rate --out figure1",
		Args:    arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Path, "out", "", "folder of the drawings and the numbers; empty: none")
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func runCommittedRate(_ context.Context, o *committedRateOptions) error {
	rates, err := experiment.MeasureCommittedRates()
	if err != nil {
		return err
	}
	if o.Path != "" {
		if err := drawCommittedRates(o.Path, rates); err != nil {
			return err
		}
	}
	return output(o.Out, o.JSON, rates, printCommittedRates)
}

// drawCommittedRates writes the numbers and the drawings to a folder.
func drawCommittedRates(out string, rates experiment.CommittedRates) error {
	var numbers bytes.Buffer
	if err := printJSON(&numbers, rates); err != nil {
		return err
	}
	files := map[string][]byte{"committed-rate.json": numbers.Bytes()}
	for name, chart := range page.CommittedRates(rates) {
		files[name] = chart.SVG()
	}
	return report.WriteFiles(out, files)
}

// printCommittedRates prints a line for every α, a column for every number of steps.
func printCommittedRates(w io.Writer, rates experiment.CommittedRates) error {
	var rows [][2]string
	apart := 0.0
	for _, r := range rates.Rates {
		if n := len(rows); n == 0 || rows[n-1][0] != fmt.Sprintf("α %g", r.Alpha) {
			rows = append(rows, [2]string{fmt.Sprintf("α %g", r.Alpha)})
		}
		rows[len(rows)-1][1] += fmt.Sprintf("%3d: %-7.4f", r.Steps, r.Formula)
		apart = max(apart, math.Abs(r.Formula-r.Minimum))
	}
	if _, err := fmt.Fprintln(w, "committed rate in nats of a dimension, by α and steps:"); err != nil {
		return err
	}
	if err := printTable(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "the least KL that a minimiser finds is at most %.1g nats away\n", apart)
	return err
}
