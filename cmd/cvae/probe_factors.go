package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/run"
)

// factors measures how the dimensions of z stand to labels.
func (o *probeOptions) factors(ctx context.Context, r *run.Run, corpus *corpora.Corpus) error {
	want := o.Factors
	if slices.Equal(want, []string{"all"}) {
		want = nil
	}
	names, err := run.FindFactors(ctx, corpus, want)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("the corpus %s has no label of 2 to 50 values", corpus.Name())
	}
	measured, err := r.MeasureFactors(ctx, corpus, names, o.Seed, stages(o.Err, time.Now))
	if err != nil {
		return err
	}
	path, fault := r.KeepFactors(measured)
	if err := output(o.Out, o.JSON, measured, printFactors); err != nil {
		return err
	}
	return kept(o.Err, path, fault)
}

// kept says where the scores are kept, or why they are not: they were printed all the same.
func kept(w io.Writer, path string, fault error) error {
	switch {
	case fault != nil:
		warning(w)(fmt.Sprintf("%v; cvae report does not show them", fault))
	case path != "":
		_, err := fmt.Fprintf(w, "kept in %s, where cvae report finds it\n", printable(path))
		return err
	}
	return nil
}

func printFactors(w io.Writer, r run.Factored) error {
	fmt.Fprintf(w, "%s of %s: %s test examples, %d of %d dimensions active\n", counted(len(r.Factors), "factor"), printable(r.Corpus), grouped(r.Examples), r.Active, r.Dimensions)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "factor\tvalues\tentropy\tdimension\tinformation\tgap\taccuracy\tmajority\tcompleteness")
	for _, f := range r.Factors {
		fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n", printable(f.Name), f.Values, shown("%.2f", f.Entropy), f.Dimension, shown("%.2f", f.Information),
			shown("%.2f", f.Gap), shown("%.1f %%", 100*f.Accuracy), shown("%.1f %%", 100*f.Majority), shown("%.2f", f.Complete))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t, "score\tvalue\tto guess")
	for _, s := range []struct {
		name          string
		value, chance factors.Number
	}{
		{"z-diff", r.ZDiff, r.Chance}, {"z-min-var", r.ZMinVar, r.Chance}, {"MIG", r.MIG, 0}, {"modularity", r.Modularity, 0},
		{"disentanglement", r.DCI.Disentanglement, 0}, {"completeness", r.DCI.Completeness, 0}, {"informativeness", r.DCI.Informativeness, r.Guess()},
	} {
		fmt.Fprintf(t, "%s\t%s\t%s\n", s.name, shown("%.3f", s.value), shown("%.3f", s.chance))
	}
	return t.Flush()
}
