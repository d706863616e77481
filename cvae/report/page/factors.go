package page

import (
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/metric"
)

const factorsNote = "Does a dimension of z stand for a label of the corpus, as cvae probe --factors asks? Scores are of the posterior means of the test split and run from 0 to 1. " +
	"What guessing would reach stands after the stroke. The labels of a corpus go together, and a z that is turned carries as much and scores less: compare runs on one corpus, and no score with 1."

const labelsNote = "The same, label by label: how well a linear classifier reads it from all of z, and which single dimension tells most of it."

// factorTables are the scores of the runs that have them, and those of each label.
func factorTables(r report.Report) []table {
	scores, labels := factorColumns(), labelColumns()
	all := table{Of: "run", Title: "Factors", Note: factorsNote, Heads: heads(scores)}
	each := table{Of: "run", Title: "Factors by label", Note: labelsNote, Heads: heads(labels)}
	for i, m := range r.Models {
		if m.Factors == nil {
			continue
		}
		all.Rows = append(all.Rows, row{Run: m.Run, Colour: i, Cells: fill(scores, *m.Factors)})
		for n, f := range m.Factors.Factors {
			each.Rows = append(each.Rows, row{m.Run, i, n > 0, fill(labels, f)})
		}
	}
	if all.Rows == nil {
		return nil
	}
	return []table{all, each}
}

// factorColumns are the scores of all labels together.
func factorColumns() []column[run.Factored] {
	score := func(text, title string, of, chance func(run.Factored) report.Number) column[run.Factored] {
		return column[run.Factored]{head{Text: text, Title: title}.better(metric.Higher), func(f run.Factored) string {
			if chance == nil {
				return show(of(f), 2)
			}
			return show(of(f), 2) + " / " + show(chance(f), 2)
		}}
	}
	guess := func(f run.Factored) report.Number { return f.Chance }
	return []column[run.Factored]{
		{head{Text: "labels", Title: "The labels that were taken as factors.", Left: true}, func(f run.Factored) string {
			var names []string
			for _, label := range f.Factors {
				names = append(names, label.Name)
			}
			return strings.Join(names, ", ")
		}},
		{head{Text: "responses", Title: "Responses of the test split that have all of these labels."}, func(f run.Factored) string { return grouped(f.Examples) }},
		score("z-diff", "Higgins et al. 2017: how often a linear classifier names the label on which the pairs of responses agree, from how far their means are apart in each dimension", func(f run.Factored) report.Number { return f.ZDiff }, guess),
		score("z-min-var", "Kim and Mnih 2018: how often the dimension that varies least names the label that is held fixed", func(f run.Factored) report.Number { return f.ZMinVar }, guess),
		score("MIG", "Mutual information gap, Chen et al. 2018: how much more the best dimension tells of a label than the second best, over the entropy of the label", func(f run.Factored) report.Number { return f.MIG }, nil),
		score("modularity", "Ridgeway and Mozer 2018: 1 where every dimension tells of one label alone", func(f run.Factored) report.Number { return f.Modularity }, nil),
		score("disentangled", "Disentanglement, Eastwood and Williams 2018: 1 where a classifier uses every dimension for one label alone", func(f run.Factored) report.Number { return f.DCI.Disentanglement }, nil),
		score("complete", "Completeness, Eastwood and Williams 2018: 1 where a classifier of a label uses one dimension alone", func(f run.Factored) report.Number { return f.DCI.Completeness }, nil),
		score("informative", "Informativeness, Eastwood and Williams 2018: the accuracy with which a linear classifier reads the labels, the mean over them", func(f run.Factored) report.Number { return f.DCI.Informativeness },
			func(f run.Factored) report.Number { return f.Guess() }),
	}
}

// labelColumns are the numbers of one label.
func labelColumns() []column[factors.Factor] {
	return []column[factors.Factor]{
		{head{Text: "label", Title: "A label of the corpus.", Left: true}, func(f factors.Factor) string { return f.Name }},
		{head{Text: "values", Title: "Different values of the label."}, func(f factors.Factor) string { return grouped(f.Values) }},
		{head{Text: "accuracy", Title: "Share of responses whose label a linear classifier reads right from z; after the stroke the share of the most frequent value"}.better(metric.Higher),
			func(f factors.Factor) string { return show(f.Accuracy, 2) + " / " + show(f.Majority, 2) }},
		{head{Text: "dimension", Title: "The dimension of z that tells most of the label, from 0."}, func(f factors.Factor) string { return fmt.Sprint(f.Dimension) }},
		{head{Text: "tells", Title: "Mutual information of that dimension and the label, in nats; after the stroke the entropy of the label, the most there is"}.better(metric.Higher),
			func(f factors.Factor) string { return show(f.Information, 2) + " / " + show(f.Entropy, 2) }},
		{head{Text: "gap", Title: "How much more it tells than the second best dimension, over the entropy"}.better(metric.Higher), func(f factors.Factor) string { return show(f.Gap, 2) }},
	}
}
