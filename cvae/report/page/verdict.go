package page

import (
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
)

// A verdict says in one sentence what became of a run or of a claim.
type verdict struct {
	Run      string
	Colour   int // of the symbol; [plot.Grey]: there is none
	State    string
	Tone     string // good, bad or empty
	Sentence string
	Notes    []string // what explains it
}

// The states of a latent.
const (
	alive     = "alive"
	sometimes = "with some seeds" // of the runs of a row
	notRun    = experiment.NotRun
	collapsed = "collapsed"
	noLatent  = "no latent"
	unknown   = "not measured"
)

// tones of the states that are good or bad.
var tones = map[string]string{alive: "good", collapsed: "bad"}

func verdicts(r report.Report) (all []verdict) {
	prices := prices(r)
	for i, m := range r.Models {
		v := verdict{Run: m.Run, Colour: i, State: state(m), Tone: tones[state(m)]}
		for _, f := range m.Eval.Findings {
			v.Notes = append(v.Notes, f.Explanation+" "+f.Remedy)
		}
		clauses := []string{latentClause(m)}
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
	switch lives := m.Eval.Collapse.Alive(); {
	case lives == nil:
		return unknown
	case *lives:
		return alive
	}
	return collapsed
}

// latentClause says what the latent carries and what it costs.
func latentClause(m report.Model) string {
	e := m.Eval
	switch state(m) {
	case noLatent:
		return "There is no latent"
	case unknown:
		return "Whether the latent carries information was not measured"
	}
	clause := "The latent says nothing about the response"
	if state(m) == alive {
		clause = "The latent carries information about the response"
	}
	if mi := e.MI.Judged(); mi.Known() && e.Rate().Known() {
		carries := "The latent carries %s nats about the response and costs %s"
		if e.MI.Words() {
			carries = "The latents of the words carry up to %s nats about the response, the sum of each, and cost %s"
		}
		clause = fmt.Sprintf(carries, show(max(0, mi), 1), show(e.Rate(), 1))
		if e.NLL.Aux.Known() {
			clause += fmt.Sprintf(" against the auxiliary prior, %s against that of training", show(e.KL, 1))
		}
	}
	if e.Collapse.Prior != nil && *e.Collapse.Prior {
		clause += ", and all contexts draw from the same prior"
	}
	return clause
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
