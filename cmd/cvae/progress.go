package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog"
)

// printer prints the events of training, one a line.
type printer struct{ w io.Writer }

// Report implements dialog.Progress.
func (p *printer) Report(e dialog.Event) {
	switch e.Kind {
	case dialog.Validated:
		best := ""
		if e.Best {
			best = " (best)"
		}
		information := ""
		if e.ActiveUnits == nil && e.LatentDim > 0 && e.Information != 0 { // a z for every word
			information = fmt.Sprintf(", its words carry %.1f nats", max(0, e.Information))
		}
		fmt.Fprintf(p.w, "validation bound %.1f%s%s\n", e.Bound, information, best)
	case dialog.Warned:
		fmt.Fprintln(p.w, "warning: "+printable(e.Message))
	case dialog.Stepped, dialog.Ticked:
		fmt.Fprintln(p.w, stepLine(e))
	}
}

// stepLine is an event in one line, such as
//
//	step 300  epoch 2 (12 %)  rec 41.20  kl 5.91 β 1.00  units 32/32 residual 31  2,310 tok/s  grad 1.9  eta 1m20s
func stepLine(e dialog.Event) string {
	parts := []string{fmt.Sprintf("step %d", e.Step), fmt.Sprintf("epoch %d (%d %%)", e.Epoch, percent(e))}
	if e.Phase != "" {
		parts = append(parts, "phase "+printable(e.Phase))
	}
	parts = append(parts, fmt.Sprintf("rec %.2f", e.Rec))
	if e.LatentDim > 0 {
		parts = append(parts, fmt.Sprintf("kl %.2f β %.2f", e.KL, e.Beta))
	}
	if e.Side != 0 {
		parts = append(parts, fmt.Sprintf("side %.2f", e.Side))
	}
	if e.ActiveUnits != nil && e.ResidualActiveUnits != nil {
		parts = append(parts, fmt.Sprintf("units %d/%d residual %d", *e.ActiveUnits, e.LatentDim, *e.ResidualActiveUnits))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Observed)) {
		if !strings.Contains(name, "batch_") { // moments of a batch are for log.jsonl
			parts = append(parts, fmt.Sprintf("%s %.3g", printable(name), e.Observed[name]))
		}
	}
	parts = append(parts, grouped(int(e.TokensPerSecond))+" tok/s", fmt.Sprintf("grad %.1f", e.GradNorm))
	if e.Remaining > 0 {
		parts = append(parts, "eta "+e.Remaining.Round(time.Second).String())
	}
	return strings.Join(parts, "  ")
}

// percent is how much of its epoch is done.
func percent(e dialog.Event) int {
	if e.StepsPerEpoch == 0 {
		return 0
	}
	return max(0, min(100, 100*(e.Step-(e.Epoch-1)*e.StepsPerEpoch)/e.StepsPerEpoch))
}

// grouped writes n ≥ 0 with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted is a number of things, such as 1,234 dialogues.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// stages says how far a stage of some work is, every few seconds, such as
//
//	evaluating 34 %  eta 1m20s
//
// at the pace since the first it was told of the stage.
func stages(w io.Writer, now func() time.Time) report.Progress {
	const every = 5 * time.Second
	said, began, first, stage := now(), time.Time{}, 0, ""
	return func(what string, done, total int) {
		t := now()
		if what != stage {
			stage, began, first = what, t, done
		}
		if t.Sub(said) < every || done >= total {
			return
		}
		said = t
		line := fmt.Sprintf("%s %d %%", printable(what), 100*done/total)
		if done > first {
			left := t.Sub(began).Seconds() * float64(total-done) / float64(done-first)
			line += "  eta " + (time.Duration(left) * time.Second).String()
		}
		fmt.Fprintln(w, line)
	}
}

// announce is stages of one stage.
func announce(w io.Writer, what string) func(done, total int) {
	tell := stages(w, time.Now)
	return func(done, total int) { tell(what, done, total) }
}

// grids says which run of a comparison begins, and then every so often how far
// each run is, such as
//
//	1 of 4 done, about 6m left. bn, seed 1: epoch 3 (12 %)  step 300  rec 41.20  kl 5.91  bound 46.1  eta 1m20s
func grids(w io.Writer, every time.Duration, now func() time.Time) func(experiment.Progress) {
	said := map[string]time.Time{} // by run
	return func(p experiment.Progress) {
		t := now()
		last, begun := said[p.Trial]
		if begun && t.Sub(last) < every {
			return
		}
		said[p.Trial] = t
		line := fmt.Sprintf("%d of %d done", p.Done, p.Total)
		if p.Left > 0 {
			line += ", about " + p.Left.Round(roundTo(p.Left)).String() + " left"
		}
		fmt.Fprintln(w, printable(line+". "+p.Trial+within(p.At)))
	}
}

// roundTo is a second, or a minute of long times.
func roundTo(d time.Duration) time.Duration {
	if d > 10*time.Minute {
		return time.Minute
	}
	return time.Second
}

// within says how far a run is; nothing where it begins.
func within(at experiment.At) string {
	e := at.Training
	switch {
	case at.Measured > 0:
		return fmt.Sprintf(": measuring %.0f %%", 100*at.Measured)
	case e.Step == 0 && at.Bound == 0:
		return ""
	}
	parts := []string{fmt.Sprintf(": epoch %d (%d %%)", e.Epoch, percent(e)), fmt.Sprintf("step %d", e.Step), fmt.Sprintf("rec %.2f", e.Rec)}
	if e.LatentDim > 0 {
		parts = append(parts, fmt.Sprintf("kl %.2f", e.KL))
	}
	if at.Bound != 0 {
		parts = append(parts, fmt.Sprintf("bound %.1f", at.Bound))
	}
	if e.Remaining > 0 {
		parts = append(parts, "eta "+e.Remaining.Round(time.Second).String())
	}
	return strings.Join(parts, "  ")
}
