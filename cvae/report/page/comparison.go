package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// A comparison is an experiment on its page.
type comparison struct{ experiment.Experiment }

// Comparison is the page of an experiment, with places by the name of a row, which
// may be nil. Of the claims it shows those that the experiment tests.
func Comparison(e experiment.Experiment, claims []experiment.Judged, places map[string]report.Places) Page {
	c := comparison{e}
	tested := experiment.Tested(claims)
	p := Page{
		Title: "Comparison " + e.Spec.Name, Facts: c.facts(), Empty: len(e.Results) == 0,
		Summary: c.summary(tested), Cautions: slices.DeleteFunc([]string{c.missing(), c.unequal()}, isEmpty),
		Verdicts: claimVerdicts(tested),
	}
	if tested != nil {
		p.Note = "Below each claim are the tests that decide it. A margin says how far a test holds, in the unit of its measure: " +
			"the mean over seeds and its 95 % interval. A test is reproduced where the whole interval is above 0 (or it holds with five of five seeds), contradicted where the whole interval is below 0, " +
			"and inconclusive otherwise. A claim is reproduced by all of its tests and contradicted by one."
	}
	for _, t := range experiment.Tables(e) {
		if t.Title != experiment.Cost {
			p.Tables = append(p.Tables, c.table(t))
		}
	}
	p.Columns = explained(p.Tables)
	for _, s := range slices.Concat(c.places(places), []section{c.rateDistortion(), c.information(), c.sweep(), c.cost()}) {
		if len(s.Figures) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
	return p
}

func (c comparison) facts() string {
	s := c.Spec
	return fmt.Sprintf("%s. Corpus %s, preset %s, split %s; %s, %s.", s.Title, s.Corpus, s.Preset, s.Split,
		count(len(s.Rows), "row"), count(len(s.Seeds), "seed"))
}

// summary answers first, in plain words.
func (c comparison) summary(claims []experiment.Judged) string {
	if len(c.Results) == 0 {
		return ""
	}
	by := map[string][]string{}
	for _, row := range c.mostInformative() {
		by[c.state(row)] = append(by[c.state(row)], row.Name)
	}
	return strings.TrimSpace(latentsSentence(len(c.Spec.Rows), "rows", by) + " " + c.bestSentence() + claimSentence(claims))
}

// mostInformative are the rows with the most mutual information first.
func (c comparison) mostInformative() []experiment.Row {
	rows := slices.Clone(c.Spec.Rows)
	judged := func(row experiment.Row) float64 {
		if steps := c.mean(row, "mi.steps"); !math.IsNaN(steps) {
			return steps
		}
		return c.mean(row, "mi.full")
	}
	slices.SortStableFunc(rows, func(a, b experiment.Row) int { return cmp.Compare(judged(b), judged(a)) })
	return rows
}

// mean is NaN where no run of the row has the measure.
func (c comparison) mean(row experiment.Row, measure string) float64 {
	return experiment.TInterval(c.Results.Values(row, measure)).Mean
}

// state is that of the latents of a row.
func (c comparison) state(row experiment.Row) string {
	state := notRun
	for i, r := range c.Results.Of(row) {
		if s := resultState(r); i == 0 || s == state {
			state = s
		} else {
			return sometimes
		}
	}
	return state
}

func resultState(r experiment.Result) string {
	kills := func(name string) bool { return name != "prior" } // as in state
	switch {
	case math.IsNaN(r.Measure("latent_dim")):
		return noLatent
	case slices.ContainsFunc(r.Collapses, kills):
		return collapsed
	case math.IsNaN(r.Measure("mi.full")) && math.IsNaN(r.Measure("mi.steps")):
		return unknown
	}
	return alive
}

// bestSentence names the row with the best likelihood and those that are not
// told apart from it, paired by seed.
func (c comparison) bestSentence() string {
	var best experiment.Row
	least := experiment.Interval{Mean: math.Inf(1)}
	for _, row := range c.Spec.Rows {
		if i := c.over(row, func(seed uint64) float64 { return c.nll(row, seed) }); i.Mean < least.Mean {
			best, least = row, i
		}
	}
	if least.N == 0 {
		return ""
	}
	text := fmt.Sprintf("Best likelihood: %s, %s nats a response (%s, ", best.Name, show(report.Number(least.Mean), 1), c.bound())
	if least.N == 1 {
		return text + "one seed). "
	}
	text += fmt.Sprintf("95 %% interval %s to %s)", show(report.Number(least.Low), 1), show(report.Number(least.High), 1))
	var near []string
	for _, row := range c.Spec.Rows {
		more := c.over(row, func(seed uint64) float64 { return c.nll(row, seed) - c.nll(best, seed) })
		if row.Name != best.Name && more.N > 1 && more.Low <= 0 {
			near = append(near, row.Name)
		}
	}
	if near != nil {
		text += "; not told apart from it: " + strings.Join(near, ", ")
	}
	return text + ". "
}

// over is the interval of what is known over the seeds of a row.
func (c comparison) over(row experiment.Row, of func(seed uint64) float64) experiment.Interval {
	var values []float64
	for _, seed := range row.Seeds {
		if v := of(seed); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return experiment.TInterval(values)
}

// The bounds of likelihoods.
const (
	weighted = "importance-weighted"
	elbo     = "ELBO"
)

// bound is the tightest one that all runs have.
func (c comparison) bound() string {
	for _, r := range c.Results {
		if resultState(r) != noLatent && math.IsNaN(r.Measure("nll.gain")) {
			return elbo
		}
	}
	return weighted
}

// nll is the negative log-likelihood of a run, NaN where it is not known. The
// importance-weighted one is that of all examples, on which rows compare: the
// ELBO less what importance weights gain on those that they were drawn for.
func (c comparison) nll(row experiment.Row, seed uint64) float64 {
	v, gain := c.Results.Measure(row.Name, seed, experiment.Bound), c.Results.Measure(row.Name, seed, "nll.gain")
	if c.bound() == weighted && !math.IsNaN(gain) {
		v -= gain
	}
	return v
}

// missing says how many runs are left.
func (c comparison) missing() string {
	total := 0
	for _, row := range c.Spec.Rows {
		total += len(row.Seeds)
	}
	if done := len(c.Results); done < total && done > 0 {
		return fmt.Sprintf("%d of %d runs are done; the others are still to come.", done, total)
	}
	return ""
}

func (c comparison) unequal() string {
	var names []string
	var steps []int
	for _, row := range c.Spec.Rows {
		if n := c.mean(row, "steps"); !math.IsNaN(n) {
			names, steps = append(names, row.Name), append(steps, int(n))
		}
	}
	return unequalSteps(names, steps)
}

// table is a table of the experiment with a colour for each row.
func (c comparison) table(t experiment.Table) table {
	all := table{Of: "row", Title: t.Title, Note: "Means over seeds, ± half of the 95 % interval of Student's t."}
	if strings.HasPrefix(t.Title, experiment.Paired) {
		all.Note = fmt.Sprintf("Nats a response, below 0 where the row is better: the mean over the sentences that both rows were measured on, then the 95 %% interval of %d bootstrap samples of the sentences, "+
			"and in how many seeds the interval of that seed alone leaves 0 out on the same side. It says nothing of other seeds, which the claims do.", experiment.Resamples)
	}
	for _, h := range t.Heads {
		all.Heads = append(all.Heads, explain(h))
	}
	for i, line := range t.Lines {
		for j := range line {
			line[j] = minus(line[j])
		}
		all.Rows = append(all.Rows, row{Run: c.Spec.Rows[i].Name, Colour: i, Cells: line})
	}
	return all
}

// ours are the columns that no table of measures explains.
var ours = map[string]head{
	"seeds":        {Title: "Runs of the row, one a seed."},
	"collapse":     {Title: "Which collapses happened: information, kl, context_only, prior; with the number of runs where it is not all.", Left: true},
	"by ELBO":      {Title: "Difference of the ELBOs of all sentences."},
	"by IW":        {Title: "Difference of the importance-weighted bounds of the sentences that have them. The likelihood of a row without a latent is exact."},
	"sentences":    {Title: "Sentences that were compared by ELBO, of one seed."},
	"steps":        {Title: "Steps of training."},
	"best step":    {Title: "The step whose model was kept."},
	"ms a step":    {Title: "Milliseconds of training a step, validation included."},
	"minutes":      {Title: "Minutes of training of a run, validation included."},
	"majority":     {Title: "Share of the most frequent label: what a classifier reaches that knows nothing."},
	"displacement": {Title: "How far fixed examples move between batches: the root of the share of the variance of their places that is not between examples. 0: the batch does not matter; 1: nothing else does."},
	"regrouped":    {Title: "The displacement between batches of one group each, whatever those of training are."},
	"separation":   {Title: "Share of the variance of all examples, each in its own batch, that lies between the groups."},
	"procrustes":   {Title: "How the places in batches differ in shape from those under saved statistics: 0 the same, 1 nothing in common."},

	"nll (prior of training)": {Title: "rec + KL(q‖p), nats per response, where replies draw from an auxiliary prior, of which nll (ELBO) is then."},
}

// explain finds what a measure is: its key in the table of measures is that of
// the result without the decoding in front and the order of n-grams at its end.
func explain(h experiment.Head) head {
	text := strings.Replace(h.Title, " (", "\n(", 1)
	if own, ok := ours[h.Title]; ok {
		own.Text = text
		return own
	}
	key := strings.TrimPrefix(h.Measure, "over_z.")
	if key == experiment.Bound {
		key = "nll.elbo" // whose r is what replies draw z from
	}
	for ; key != ""; key = key[:max(0, strings.LastIndex(key, "."))] {
		if m := measured(text, key); m.Title != "" {
			return m
		}
	}
	return head{Text: text, Title: "Share of the test examples that a linear classifier gets right which saw so many labels."}
}

// claimSentence counts the verdicts of claims.
func claimSentence(claims []experiment.Judged) string {
	if len(claims) == 0 {
		return ""
	}
	return experiment.Verdicts(claims)
}

// claimVerdicts shows claims with their tests.
func claimVerdicts(claims []experiment.Judged) (all []verdict) {
	tones := map[string]string{string(experiment.Reproduced): "good", string(experiment.Contradicted): "bad"}
	for _, c := range claims {
		v := verdict{Run: "Claim " + c.ID, Colour: plot.Grey, State: c.State(), Sentence: c.Text, Tone: tones[c.State()]}
		if c.Source != "" {
			v.Sentence += " — " + c.Source
		}
		for _, t := range c.Tests {
			v.Notes = append(v.Notes, strings.ReplaceAll(t.String(), " -", " −"))
		}
		all = append(all, v)
	}
	return all
}
