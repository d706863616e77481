package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/cvae-go/cvae/cvae/bench"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
)

// printPlan says what train would do, and how long and in how much memory.
func printPlan(ctx context.Context, o *trainOptions, t *training.Training) error {
	p, err := t.Plan(ctx)
	if err != nil {
		return err
	}
	memory := bench.PeakRSS()
	if o.JSON {
		return printJSON(o.Out, struct {
			training.Plan
			MemoryMB float64 `json:"memory_mb"` // MiB, the peak of this process in the steps tried
		}{p, memory})
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
		[2]string{"steps at most", whole(p.Steps)},
		[2]string{"epochs at most", whole(p.Epochs)},
		[2]string{"time of a step", lasting(p.StepSeconds, time.Millisecond)},
		[2]string{"time at most, about", lasting(p.Seconds, time.Second)},
		[2]string{"memory, by the settings", grouped(int(p.EstimatedMB)) + " MiB"},
		[2]string{"memory, about", grouped(int(memory)) + " MiB"},
	))
}

// lasting is a time in seconds, rounded; n/a where it is not known.
func lasting(seconds *float64, to time.Duration) string {
	if seconds == nil {
		return "n/a"
	}
	return time.Duration(*seconds * float64(time.Second)).Round(to).String()
}

// printTable prints names and values in two columns.
func printTable(w io.Writer, rows [][2]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\n", printable(r[0]), printable(r[1]))
	}
	return t.Flush()
}
