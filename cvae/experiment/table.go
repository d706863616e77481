package experiment

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Table is numbers of the rows of an experiment: a line a row, a cell a head.
type Table struct {
	Title string
	Heads []Head
	Lines [][]string
}

// A Head is that of a column. One without a measure counts seeds or names
// collapses.
type Head struct {
	Title, Measure string
	Digits         int // after the point
}

// Cost is the title of the table of what training took.
const Cost = "Cost of training"

// groups are the tables with all columns that a row can have.
var groups = []Table{
	{Title: "Likelihood and latent", Heads: []Head{
		{"rec", "rec", 2}, {"kl", "kl", 2}, {"committed rate", "committed_rate", 2}, {"nll (ELBO)", Bound, 2}, {"nll (prior of training)", PriorOfTraining, 2}, {"nll (IW)", "nll.iw", 2}, {"ELBO of the IW rows", "nll.elbo_iw_rows", 2},
		{"mi.full", "mi.full", 2}, {"mi.steps", "mi.steps", 2}, {"mi.minibatch", "mi.minibatch", 2},
		{"units", "active_units", 1}, {"units charged", "active_units_charged", 1}, {"residual", "residual_active_units", 1},
		{"e1", "bounds.e1", 1}, {"e2", "bounds.e2", 1}, {"e3", "bounds.e3", 1}, {"e4", "bounds.e4", 1},
	}},
	{Title: "Accuracy of a linear classifier of z", Heads: []Head{
		{"majority", "probe.majority", 3}, {"100 labels", "probe.100", 3}, {"500 labels", "probe.500", 3},
		{"1000 labels", "probe.1000", 3}, {"2000 labels", "probe.2000", 3}, {"10000 labels", "probe.10000", 3},
	}},
	{Title: "Places of examples in their batches", Heads: []Head{
		{"displacement", "place.displacement", 3}, {"regrouped", "place.regrouped", 3}, {"separation", "place.separation", 3}, {"procrustes", "place.procrustes", 3},
	}},
	{Title: "Responses, greedy over z", Heads: []Head{
		{"distinct", "over_z.distinct", 1}, {"dist-1", "over_z.dist.1", 3}, {"dist-2", "over_z.dist.2", 3}, {"entropy-1", "over_z.entropy.1", 2},
		{"gram-4", "over_z.gram.token.4", 2}, {"BLEU recall", "over_z.bleu.recall", 3}, {"LM ppl", "over_z.lm_ppl", 1},
	}},
	{Title: Cost, Heads: []Head{{"steps", "steps", 0}, {"closing steps", "closing_steps", 0}, {"best step", "best_step", 0}, {"ms a step", "ms_per_step", 1}, {"minutes", "minutes", 1}}},
}

// Tables are those that have a number, without empty columns: the mean over
// seeds and, from two seeds on, half the width of its 95 % interval of
// Student's t.
func Tables(e Experiment) (all []Table) {
	s, results := e.Spec, e.Results
	for i, g := range groups {
		t := Table{Title: g.Title, Heads: slices.DeleteFunc(slices.Clone(g.Heads), func(h Head) bool { return !results.has(s, h.Measure) })}
		if len(t.Heads) == 0 {
			continue
		}
		for _, row := range s.Rows {
			t.Lines = append(t.Lines, results.line(row, t.Heads))
		}
		t.Heads = slices.Concat([]Head{{Title: "seeds"}}, t.Heads)
		if i == 0 {
			t = t.withCollapses(s, results)
		}
		all = append(all, t)
		if differences := e.paired(); i == 0 && differences.Lines != nil {
			all = append(all, differences)
		}
	}
	return all
}

// Paired is the title of the table of differences by sentence, with the baseline
// after it.
const Paired = "Negative log-likelihood, sentence by sentence, less that of "

// paired is the table of the differences from the baseline.
func (e Experiment) paired() Table {
	base := e.Spec.Baseline
	t := Table{Title: Paired + base, Heads: []Head{{Title: "seeds"}, {Title: "by ELBO", Measure: byELBO}, {Title: "by IW", Measure: byIW}, {Title: "sentences"}}}
	known := false
	for _, row := range e.Spec.Rows {
		line := []string{"0", "–", "–", "–"}
		if row.Name == base { // with which nothing is compared but the others
			line = []string{strconv.Itoa(len(e.Results.Of(row))), "baseline", "baseline", "–"}
		}
		for _, d := range e.Differences {
			if d.Row != row.Name || d.Than != base {
				continue
			}
			known = true
			line[0] = strconv.Itoa(len(d.Seeds))
			if d.Measure == byELBO {
				line[1], line[3] = d.String(), strconv.Itoa(d.Examples)
			} else {
				line[2] = d.String()
			}
		}
		t.Lines = append(t.Lines, line)
	}
	if !known {
		t.Lines = nil
	}
	return t
}

// String is the difference with its interval over sentences, and in how many
// seeds the interval of the seed's own leaves 0 out on the same side.
func (d Difference) String() string {
	text, sure := fixed(d.Mean, 2), 0
	if d.Mean > 0 {
		text = "+" + text
	}
	if d.Interval != nil {
		text += fmt.Sprintf(" (%s to %s)", fixed(d.Interval[0], 2), fixed(d.Interval[1], 2))
	}
	for _, s := range d.Seeds {
		if d.Mean > 0 && s.Interval[0] > 0 || d.Mean < 0 && s.Interval[1] < 0 {
			sure++
		}
	}
	if len(d.Seeds) > 1 {
		text += fmt.Sprintf(", %d of %d seeds", sure, len(d.Seeds))
	}
	return text
}

// has reports whether a row has a measure.
func (r Results) has(s Spec, measure string) bool {
	return slices.ContainsFunc(s.Rows, func(row Row) bool { return len(r.Values(row, measure)) > 0 })
}

// line is the number of runs of a row and its measures.
func (r Results) line(row Row, heads []Head) []string {
	list := []string{strconv.Itoa(len(r.Of(row)))}
	for _, h := range heads {
		list = append(list, interval(r.Values(row, h.Measure), h.Digits))
	}
	return list
}

func (t Table) withCollapses(s Spec, results Results) Table {
	t.Heads = append(t.Heads, Head{Title: "collapse"})
	for i, row := range s.Rows {
		runs, counts := results.Of(row), map[string]int{}
		for _, r := range runs {
			for _, name := range r.Collapses {
				counts[name]++
			}
		}
		names := collapsed(counts, len(runs))
		if len(runs) > 0 && len(counts) == 0 && len(results.Values(row, "mi.full"))+len(results.Values(row, "mi.steps")) == 0 {
			names = "–" // no latent, or none that a verdict is known of
		}
		t.Lines[i] = append(t.Lines[i], names)
	}
	return t
}

// WriteTable writes the tables of an experiment as Markdown.
func WriteTable(w io.Writer, e Experiment) error {
	all := Tables(e)
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "Nothing of it has been run yet.")
		return err
	}
	for i, t := range all {
		if i > 0 {
			fmt.Fprintf(w, "\n%s:\n\n", t.Title)
		}
		heads, rules := []string{"row"}, []string{"---"}
		for _, h := range t.Heads {
			heads, rules = append(heads, h.Title), append(rules, "---")
		}
		lines := []string{cells(heads), cells(rules)}
		for j, line := range t.Lines {
			lines = append(lines, cells(slices.Concat([]string{"`" + e.Spec.Rows[j].Name + "`"}, line)))
		}
		if _, err := fmt.Fprintln(w, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	if stopped := e.Results.Stopped(); stopped != "" {
		_, err := fmt.Fprintf(w, "\n%s\n", stopped)
		return err
	}
	return nil
}

// Stopped says in a sentence which runs ended before the experiment would have
// ended them; empty: none.
func (r Results) Stopped() string {
	var names []string
	for _, result := range r {
		if result.StoppedAfter > 0 {
			names = append(names, fmt.Sprintf("%s (seed %d)", result.Row, result.Seed))
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "1 run was stopped by --max-time and is shown as it was then: " + names[0] + "."
	}
	return fmt.Sprintf("%d runs were stopped by --max-time and are shown as they were then: %s.", len(names), strings.Join(names, ", "))
}

// Budget says in a sentence what all runs took together, where that was noted, and on
// what.
func (r Results) Budget() string {
	if len(r) == 0 {
		return ""
	}
	minutes, threads, kernels := 0.0, map[int]bool{}, map[string]bool{}
	for _, result := range r {
		minutes += result.Minutes
		threads[result.Threads], kernels[result.Kernels] = true, true
	}
	took := ""
	if minutes > 0 {
		took = fmt.Sprintf(", with %.0f minutes of training together", minutes)
		if minutes < 1 {
			took = ", with less than a minute of training together"
		}
	}
	return fmt.Sprintf("Runs: %d%s; kernels %s, threads a run %s.", len(r), took,
		strings.Join(slices.Sorted(maps.Keys(kernels)), ", "), strings.Trim(fmt.Sprint(slices.Sorted(maps.Keys(threads))), "[]"))
}

func cells(list []string) string { return "| " + strings.Join(list, " | ") + " |" }

func interval(values []float64, digits int) string {
	i := TInterval(values)
	switch i.N {
	case 0:
		return "–"
	case 1:
		return fixed(i.Mean, digits)
	}
	return fixed(i.Mean, digits) + " ± " + fixed(i.High-i.Mean, digits)
}

// fixed is v with some decimals, without a sign where all digits are 0.
func fixed(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
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

// Tested are the claims that have a test.
func Tested(claims []Judged) []Judged {
	return slices.DeleteFunc(slices.Clone(claims), func(j Judged) bool { return len(j.Tests) == 0 })
}

// Verdicts counts claims by what the runs say of them, in a sentence.
func Verdicts(claims []Judged) string {
	var clauses []string
	for _, state := range []string{string(Reproduced), string(Contradicted), string(Inconclusive), NotRun} {
		var names []string
		for _, c := range claims {
			if c.State() == state {
				names = append(names, c.ID)
			}
		}
		if names != nil {
			clauses = append(clauses, fmt.Sprintf("%d %s %s (%s)", len(names), plural(len(names), "is", "are"), state, strings.Join(names, ", ")))
		}
	}
	return fmt.Sprintf("Of %d %s, %s.", len(claims), plural(len(claims), "claim", "claims"), strings.Join(clauses, ", "))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// WriteClaims writes a Markdown table of claims with their verdicts, and their
// numbers above it.
func WriteClaims(w io.Writer, claims []Judged) error {
	if len(claims) == 0 {
		_, err := fmt.Fprintln(w, "None is tested here.")
		return err
	}
	lines := []string{Verdicts(claims), "", cells([]string{"claim", "source", "verdict", "tests"}), cells([]string{"---", "---", "---", "---"})}
	for _, c := range claims {
		lines = append(lines, cells([]string{c.ID + ". " + escapeBar(c.Text), c.Source, c.State(), tests(c.Tests)}))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

func tests(outcomes []Outcome) string {
	var list, waiting []string
	idle := map[string]int{}
	for _, o := range outcomes {
		if o.Runs > 0 {
			list = append(list, o.Experiment+": "+escapeBar(o.String()))
			continue
		}
		if idle[o.Experiment]++; idle[o.Experiment] == 1 {
			waiting = append(waiting, o.Experiment)
		}
	}
	for _, name := range waiting {
		list = append(list, fmt.Sprintf("%s: not run (tests: %d)", name, idle[name]))
	}
	if list == nil {
		return "none yet"
	}
	return strings.Join(list, "<br>")
}

// String is the test with its verdict and its margin.
func (o Outcome) String() string {
	if o.Runs == 0 {
		return o.Test + ": " + NotRun
	}
	text := fmt.Sprintf("%s: %s", o.Test, o.Verdict)
	if o.Interval == nil {
		return text + fmt.Sprintf(" (margin %.3g, one seed)", *o.Estimate)
	}
	return text + fmt.Sprintf(" (margin %.3g, from %.3g to %.3g, %d seeds)", *o.Estimate, o.Interval[0], o.Interval[1], o.Runs)
}

func escapeBar(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
