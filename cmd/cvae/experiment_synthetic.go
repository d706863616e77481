package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// syntheticData are the data of the experiment with the names of the comparisons.
func syntheticData() map[string]string {
	return map[string]string{"points": "points", "text": "components"}
}

func newSynthetic(runF func(context.Context, *compareOptions) error) *cobra.Command {
	o, data := &compareOptions{}, ""
	names := slices.Sorted(maps.Keys(syntheticData()))
	c := &cobra.Command{
		Use: "synthetic --out DIR", Short: "Latent spaces of bn and scale in three kinds of batches (Song et al. 2024)",
		Long: `Train bn and scale with two latent dimensions on data of four known Gaussian
components, in three kinds of batches: random ones that stay the same in all
epochs, random ones that are drawn anew, and such of one component each that stay
the same.

The page DIR/compare.html shows, a panel each, where batches put their examples
and where saved statistics put them, how far fixed examples move between batches,
and the verdict on claim 19. --data points takes points of the mixture, a word a
coordinate, and --data text the sentences of He et al. 2019. Both are experiments
of the command compare, which says more about the files; what is done is not
repeated.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			name, known := syntheticData()[data]
			if !known {
				return usagef("--data is %q; it must be one of %s", data, strings.Join(names, ", "))
			}
			o.Experiment, o.Out, o.Err = name, c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&data, "data", "points", "data: "+strings.Join(names, " or "))
	f.StringVar(&o.Path, "out", "", "folder of the results and the runs (required)")
	f.StringSliceVar(&o.Methods, "methods", nil, "rows to run (default: all)")
	f.IntVar(&o.Seeds, "seeds", 0, "run the first `K` seeds; 0: all")
	f.DurationVar(&o.MaxTime, "max-time", 0, "stop the training of each run after this time, from where more time goes on; 0: when the experiment says")
	f.IntVar(&o.Jobs, "jobs", 1, "runs at a time; they share the threads")
	o.Sheets.add(f, "compare")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	addThreads(c, &o.Threads)
	return c
}
