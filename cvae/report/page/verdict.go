package page

import (
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
)

// A verdict says in one sentence what became of a run.
type verdict struct {
	Run      string
	Method   string
	Colour   int
	State    string // alive, collapsed, none or unknown
	Sentence string
	Findings []finding
}

// A finding is one collapse.
type finding struct{ Name, Explanation, Remedy string }

// The states of a latent.
const (
	alive     = "alive"
	collapsed = "collapsed"
	noLatent  = "no latent"
	unknown   = "not measured"
)

func verdicts(r report.Report) (all []verdict) {
	prices := prices(r)
	for i, m := range r.Models {
		v := verdict{Run: m.Run, Method: m.Method, Colour: i, State: state(m), Findings: findings(m)}
		clauses := []string{latentClause(v)}
		for _, c := range []string{diversityClause(r, m), prices[i]} {
			if c != "" {
				clauses = append(clauses, c)
			}
		}
		v.Sentence = strings.Join(clauses, "; ") + "."
		all = append(all, v)
	}
	return all
}

// state does not count a prior that ignores its context: the latent may live
// all the same.
func state(m report.Model) string {
	if m.Eval.LatentDim == nil {
		return noLatent
	}
	c := m.Eval.Collapse
	if c.KL == nil {
		return unknown
	}
	if *c.KL || c.ContextOnly != nil && *c.ContextOnly {
		return collapsed
	}
	return alive
}

func findings(m report.Model) (all []finding) {
	for _, f := range m.Eval.Collapse.Findings() {
		all = append(all, finding{f.Name, f.Explanation, f.Remedy})
	}
	return all
}

func latentClause(v verdict) string {
	var names []string
	for _, f := range v.Findings {
		names = append(names, f.Name)
	}
	switch v.State {
	case noLatent:
		return "There is no latent"
	case unknown:
		return "Whether the latent is alive was not measured"
	case collapsed:
		return fmt.Sprintf("The latent has collapsed (%s)", strings.Join(names, ", "))
	}
	if names != nil {
		return fmt.Sprintf("The latent is alive, but look at %s", strings.Join(names, ", "))
	}
	return "The latent is alive"
}

// The shares of the responses beyond the first that have to be distinct.
const (
	muchDiversity   = 0.5
	someDiversity   = 0.25
	littleDiversity = 0.05
)

// diversityClause says where the differences between responses come from.
func diversityClause(r report.Report, m report.Model) string {
	if m.Eval.LatentDim == nil {
		return drawnClause(r, m)
	}
	overZ, ok := find(r, m.Run, report.OverZ)
	n := float64(overZ.ResponsesPerContext)
	if !ok || !overZ.Distinct.Known() || !(n > 1) {
		return ""
	}
	greedy := distinct(overZ) + " distinct greedy over z"
	share := (float64(overZ.Distinct) - 1) / (n - 1)
	if share >= muchDiversity {
		return "its answers differ because of z: " + greedy
	}
	tokens, ok := find(r, m.Run, report.OverTokens)
	drawn := ""
	if ok && tokens.Distinct.Known() {
		drawn = fmt.Sprintf(", %s with z fixed and tokens drawn", show(tokens.Distinct, 1))
	}
	switch {
	case share >= someDiversity:
		return "its answers differ partly because of z: " + greedy + drawn
	case drawn == "" || float64(tokens.Distinct) <= 1+littleDiversity*(n-1):
		return "its answers hardly differ: " + greedy + drawn
	case share >= littleDiversity:
		return "its answers differ mostly because tokens are drawn: " + greedy + drawn
	}
	return "its answers differ only because tokens are drawn: " + greedy + drawn
}

func drawnClause(r report.Report, m report.Model) string {
	row, ok := find(r, m.Run, report.Sampled)
	if !ok || !row.Distinct.Known() {
		return ""
	}
	return "its answers differ only because tokens are drawn: " + distinct(row) + " distinct"
}

// distinct is how many responses of how many are.
func distinct(row report.Row) string {
	return fmt.Sprintf("%s of %s", show(row.Distinct, 1), show(row.ResponsesPerContext, 0))
}

// find returns the row of a run and a decoding.
func find(r report.Report, run, decoding string) (report.Row, bool) {
	for _, row := range r.Runs {
		if row.Run == run && row.Decoding == decoding {
			return row, true
		}
	}
	return report.Row{}, false
}
