package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
)

// summary answers first, in plain words: how many latents carry information,
// which run is the most likely one and which gives the most different answers.
func summary(r report.Report) string {
	if len(r.Models) < 2 {
		return ""
	}
	sentences := []string{aliveSentence(r)}
	nll, name := bounds(r)
	best := bestOther(nll, -1)
	if best >= 0 {
		sentences = append(sentences, fmt.Sprintf("Best likelihood: %s, %s nats a response (%s).", r.Models[best].Run, show(nll[best], 1), name))
	}
	if i, row := mostDifferent(r); i >= 0 {
		text := fmt.Sprintf("Most different answers from z: %s, %s", r.Models[i].Run, distinct(row))
		if best >= 0 && i != best && nll[i].Known() {
			text += fmt.Sprintf(", %s nats dearer", show(nll[i]-nll[best], 1))
		}
		sentences = append(sentences, text+".")
	}
	return strings.Join(sentences, " ")
}

// aliveSentence counts the latents by their state.
func aliveSentence(r report.Report) string {
	by := map[string][]report.Model{}
	for _, m := range r.Models {
		by[state(m)] = append(by[state(m)], m)
	}
	slices.SortStableFunc(by[alive], func(a, b report.Model) int { return cmp.Compare(b.Eval.MI.Judged(), a.Eval.MI.Judged()) })
	names := map[string][]string{}
	for state, models := range by {
		for _, m := range models {
			names[state] = append(names[state], m.Run)
		}
	}
	return latentsSentence(len(r.Models), "runs", names)
}

// latentsSentence counts the names of runs, or rows, by their state.
func latentsSentence(n int, things string, by map[string][]string) string {
	var clauses []string
	for _, c := range []struct{ state, one, many string }{
		{alive, "latent carries information", "latents carry information"},
		{sometimes, "does with some seeds only", "do with some seeds only"},
		{collapsed, "does not", "do not"},
		{unknown, "was not measured", "were not measured"},
		{noLatent, "has none", "have none"},
		{notRun, "is not run yet", "are not run yet"},
	} {
		if n := len(by[c.state]); n > 0 || c.state == alive {
			clauses = append(clauses, fmt.Sprintf("%d %s%s", n, plural(n, c.one, c.many), inBrackets(by[c.state])))
		}
	}
	return fmt.Sprintf("Of %d %s, %s.", n, things, strings.Join(clauses, "; "))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// inBrackets lists names; nothing without any.
func inBrackets(names []string) string {
	if names == nil {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// mostDifferent is the run whose answers, greedy over z, are the most distinct,
// and its row; −1 where no z makes a difference.
func mostDifferent(r report.Report) (best int, row report.Row) {
	best = -1
	for i, m := range r.Models {
		candidate, ok := find(r, m.Run, report.OverZ)
		if ok && candidate.Distinct.Known() && candidate.Distinct > max(1, row.Distinct) {
			best, row = i, candidate
		}
	}
	return best, row
}

// unequal names runs that were trained for other numbers of steps than the
// longest, by more than a tenth.
func unequal(r report.Report) string {
	var names []string
	var steps []int
	for _, m := range r.Models {
		names, steps = append(names, m.Run), append(steps, trained(m))
	}
	return unequalSteps(names, steps)
}

// unequalSteps is unequal of names; 0 steps are not known.
func unequalSteps(names []string, steps []int) string {
	longest := slices.Max(append(steps, 0))
	var shorter []string
	for i, n := range steps {
		if n > 0 && 10*n < 9*longest {
			shorter = append(shorter, fmt.Sprintf("%s for %s", names[i], count(n, "step")))
		}
	}
	if shorter == nil {
		return ""
	}
	return fmt.Sprintf("The training is not equal: %s, others for up to %s.", strings.Join(shorter, ", "), count(longest, "step"))
}

// trained is the last step of the training curve before the closing phase; 0: unknown.
func trained(m report.Model) (step int) {
	for _, c := range m.Curve {
		if !c.Closing {
			step = c.Step
		}
	}
	return step
}

// closing is the number of steps of the closing phase.
func closing(m report.Model) int {
	if len(m.Curve) == 0 {
		return 0
	}
	return m.Curve[len(m.Curve)-1].Step - trained(m)
}
