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
	slices.SortStableFunc(by[alive], func(a, b report.Model) int { return cmp.Compare(b.Eval.MI.Full, a.Eval.MI.Full) })
	var clauses []string
	for _, c := range []struct{ state, one, many string }{
		{alive, "latent carries information", "latents carry information"},
		{collapsed, "does not", "do not"},
		{unknown, "was not measured", "were not measured"},
		{noLatent, "has none", "have none"},
	} {
		if n := len(by[c.state]); n > 0 || c.state == alive {
			clauses = append(clauses, fmt.Sprintf("%d %s%s", n, plural(n, c.one, c.many), runNames(by[c.state])))
		}
	}
	return fmt.Sprintf("Of %d runs, %s.", len(r.Models), strings.Join(clauses, "; "))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// runNames lists runs in brackets; nothing without any.
func runNames(models []report.Model) string {
	var names []string
	for _, m := range models {
		names = append(names, m.Run)
	}
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
	longest := 0
	for _, m := range r.Models {
		longest = max(longest, trained(m))
	}
	var shorter []string
	for _, m := range r.Models {
		if n := trained(m); n > 0 && 10*n < 9*longest {
			shorter = append(shorter, fmt.Sprintf("%s for %s", m.Run, count(n, "step")))
		}
	}
	if shorter == nil {
		return ""
	}
	return fmt.Sprintf("The training is not equal: %s, others for up to %s.", strings.Join(shorter, ", "), count(longest, "step"))
}

// trained is the last step of the training curve; 0: unknown.
func trained(m report.Model) int {
	if len(m.Curve) == 0 {
		return 0
	}
	return m.Curve[len(m.Curve)-1].Step
}
