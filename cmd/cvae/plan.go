package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
)

// printPlan says what train would do.
func printPlan(o *trainOptions, t *training.Training) error {
	p := t.Plan()
	if o.JSON {
		return printJSON(o.Out, p)
	}
	rows := [][2]string{{"preset", p.Preset}, {"method", p.Method}}
	for _, key := range slices.Sorted(maps.Keys(t.Config.Settings)) {
		rows = append(rows, [2]string{key, fmt.Sprint(t.Config.Settings[key])})
	}
	return printTable(o.Out, append(rows,
		[2]string{"corpus", p.Corpus},
		[2]string{"training examples", grouped(p.Examples[dialog.Train])},
		[2]string{"validation examples", grouped(p.Examples[dialog.Valid])},
		[2]string{"vocabulary size", grouped(p.Vocabulary)},
		[2]string{"parameters", grouped(p.Parameters)},
		[2]string{"batch", grouped(p.Batch)},
		[2]string{"batches an epoch", grouped(p.BatchesPerEpoch)},
	))
}

// printTable prints names and values in two columns.
func printTable(w io.Writer, rows [][2]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\n", printable(r[0]), printable(r[1]))
	}
	return t.Flush()
}
