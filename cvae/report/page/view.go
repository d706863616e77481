package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/plot"
)

// A Page is what was measured in the order in which it is read, ready to be
// written.
type Page struct {
	Title    string
	Facts    string   // on what everything was measured
	Summary  string   // the answer in plain words; empty for one run
	Cautions []string // why runs cannot be compared
	Empty    bool     // nothing is to be compared
	Note     string   // how to read the verdicts; may be empty
	Verdicts []verdict
	Tables   []table
	Columns  []head // of all tables
	Sections []section
	Samples  []sample
	More     []sample // those that are folded away
	Details  []detail
}

// A section is figures that are read together, and the numbers behind them.
type section struct {
	Title   string
	Caption string
	Figures []figure
	Table   *table
}

// A figure is a plot and the name of its file.
type figure struct {
	File  string
	Chart plot.Chart
}

// openSamples is the number of contexts that are not folded away.
const openSamples = 4

// Report is the page of a report.
func Report(r report.Report) Page {
	folders := r.Models
	r = named(r)
	v := Page{
		Empty: len(r.Models) == 0, Title: title(r), Facts: facts(r), Summary: summary(r), Cautions: slices.DeleteFunc([]string{caution(r), unequal(r)}, isEmpty),
		Verdicts: verdicts(r), Tables: tables(r), Sections: sections(r), Details: details(r, folders),
	}
	v.Columns, v.Samples = explained(v.Tables), samples(r)
	if n := min(openSamples, len(v.Samples)); n > 0 {
		v.Samples, v.More = v.Samples[:n], v.Samples[n:]
	}
	return v
}

func isEmpty(text string) bool { return text == "" }

func title(r report.Report) string {
	switch len(r.Models) {
	case 0:
		return "No runs"
	case 1:
		return "Report of " + r.Models[0].Run
	}
	return fmt.Sprintf("Report of %d runs", len(r.Models))
}

func facts(r report.Report) string {
	return fmt.Sprintf("Corpus %s, split %s; %s × %s; seed %d.", r.Corpus, r.Split,
		count(r.Contexts, "context"), count(r.Samples, "response"), r.Seed)
}

// caution finds runs that were measured on other tokens than the first.
func caution(r report.Report) string {
	var other []string
	for _, m := range r.Models {
		if m.Eval.Tokens != r.Models[0].Eval.Tokens || m.Eval.Examples != r.Models[0].Eval.Examples {
			other = append(other, m.Run)
		}
	}
	if other == nil {
		return ""
	}
	return fmt.Sprintf("Likelihoods of %s cannot be compared with those of %s: they were measured on other tokens or examples.",
		strings.Join(other, ", "), r.Models[0].Run)
}

// sections lists the plots that have something to show.
func sections(r report.Report) (some []section) {
	for _, s := range []section{rateDistortion(r), dimensions(r), words(r), planes(r), sweeps(r), curves(r)} {
		if len(s.Figures) > 0 {
			some = append(some, s)
		}
	}
	return some
}
