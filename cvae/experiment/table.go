package experiment

import (
	"fmt"
	"io"
	"strings"
)

// A column of the table of an experiment.
type column struct {
	title, measure string
	digits         int
}

// columns of the table; one that no row has is left out.
var columns = []column{
	{"rec", "rec", 2}, {"kl", "kl", 2}, {"nll (ELBO)", "nll.elbo", 2}, {"nll (IW)", "nll.iw", 2},
	{"mi.full", "mi.full", 2}, {"mi.minibatch", "mi.minibatch", 2},
	{"units", "active_units", 1}, {"units charged", "active_units_charged", 1}, {"residual", "residual_active_units", 1},
	{"e1", "bounds.e1", 1}, {"e2", "bounds.e2", 1}, {"e3", "bounds.e3", 1}, {"e4", "bounds.e4", 1},
	{"steps", "steps", 0}, {"ms a step", "ms_per_step", 1},
}

// WriteTable writes a Markdown table, a line a row: the mean over seeds and,
// from two seeds on, half the width of its 95 % interval of Student's t.
func WriteTable(w io.Writer, s Spec, results Results) error {
	shown := present(s, results)
	heads, rules := []string{"row", "seeds"}, []string{"---", "---"}
	for _, c := range shown {
		heads, rules = append(heads, c.title), append(rules, "---")
	}
	lines := []string{cells(append(heads, "collapse")), cells(append(rules, "---"))}
	for _, row := range s.Rows {
		lines = append(lines, cells(tableRow(row, results, shown)))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

func cells(list []string) string { return "| " + strings.Join(list, " | ") + " |" }

// present are the columns that a row has.
func present(s Spec, results Results) (shown []column) {
	for _, c := range columns {
		for _, row := range s.Rows {
			if len(results.column(row, c.measure)) > 0 {
				shown = append(shown, c)
				break
			}
		}
	}
	return shown
}

func tableRow(row Row, results Results, shown []column) []string {
	runs, collapses := 0, map[string]int{}
	for _, r := range results {
		if r.Row != row.Name {
			continue
		}
		runs++
		for _, name := range r.Collapses {
			collapses[name]++
		}
	}
	list := []string{"`" + row.Name + "`", fmt.Sprint(runs)}
	for _, c := range shown {
		list = append(list, interval(results.column(row, c.measure), c.digits))
	}
	return append(list, collapsed(collapses, runs))
}

func interval(values []float64, digits int) string {
	i := TInterval(values)
	switch i.N {
	case 0:
		return "–"
	case 1:
		return fmt.Sprintf("%.*f", digits, i.Mean)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, i.Mean, digits, i.High-i.Mean)
}

// collapsed names the collapses, with the number of runs where it is not all.
func collapsed(counts map[string]int, runs int) string {
	var list []string
	for _, name := range []string{"information", "kl", "context_only", "prior"} {
		switch n := counts[name]; {
		case n == 0:
		case n == runs:
			list = append(list, name)
		default:
			list = append(list, fmt.Sprintf("%s (%d of %d)", name, n, runs))
		}
	}
	if runs > 0 && list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

// WriteClaims writes a Markdown table of claims with their verdicts.
func WriteClaims(w io.Writer, claims []Judged) error {
	lines := []string{cells([]string{"claim", "source", "verdict", "tests"}), cells([]string{"---", "---", "---", "---"})}
	for _, c := range claims {
		lines = append(lines, cells([]string{c.ID + ". " + escapeBar(c.Text), c.Source, string(c.Verdict), tests(c.Tests)}))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

func tests(outcomes []Outcome) string {
	var list []string
	for _, o := range outcomes {
		text := fmt.Sprintf("%s: %s: %s", o.Experiment, escapeBar(o.Test), o.Verdict)
		switch {
		case o.Runs == 0:
			text += " (not run)"
		case o.Interval == nil:
			text += fmt.Sprintf(" (margin %.3g, one seed)", *o.Estimate)
		default:
			text += fmt.Sprintf(" (margin %.3g, from %.3g to %.3g, %d seeds)", *o.Estimate, o.Interval[0], o.Interval[1], o.Runs)
		}
		list = append(list, text)
	}
	if list == nil {
		return "none yet"
	}
	return strings.Join(list, "<br>")
}

func escapeBar(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
