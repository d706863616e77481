package sheet

import (
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/report"
)

// addFactors adds the scores of the labels of a corpus to the numbers of a model, under
// factors, those of one label under factors.label.NAME. Which dimension knows most of a
// label is left out: its mean over seeds means nothing.
func addFactors(numbers map[string]float64, r factors.Report) error {
	add := func(prefix string, v any) error {
		scores, err := flat(v)
		for key, score := range scores {
			numbers[prefix+key] = score
		}
		return err
	}
	if err := add("factors.", r); err != nil {
		return err
	}
	numbers["factors.majority"] = float64(r.Guess())
	for _, label := range r.Factors {
		prefix := labelKey(label.Name)
		if err := add(prefix, label); err != nil {
			return err
		}
		delete(numbers, prefix+"dimension")
	}
	return nil
}

func labelKey(name string) string { return "factors.label." + name + "." }

// factorTables are the scores of all labels together, and three numbers of each label that
// a model has.
func factorTables(models []report.Model) []Table {
	each, known := Table{Title: "Labels read from z: accuracy of a linear classifier, share of the most frequent value, gap of the information"}, map[string]bool{}
	for _, m := range models {
		if m.Factors == nil {
			continue
		}
		for _, label := range m.Factors.Factors {
			if known[label.Name] {
				continue
			}
			known[label.Name] = true
			key := labelKey(label.Name)
			each.Columns = append(each.Columns, Column{label.Name, key + "accuracy", 3}, Column{label.Name + " majority", key + "majority", 3}, Column{label.Name + " gap", key + "gap", 3})
		}
	}
	return []Table{{Title: "Factors of z: do dimensions stand for labels? Scores from 0 to 1, what guessing reaches after them", Columns: []Column{
		{"z-diff", "factors.z_diff", 3}, {"z-min-var", "factors.z_min_var", 3}, {"chance", "factors.chance", 3}, {"MIG", "factors.mig", 3}, {"modularity", "factors.modularity", 3},
		{"disentangled", "factors.dci.disentanglement", 3}, {"complete", "factors.dci.completeness", 3}, {"informative", "factors.dci.informativeness", 3}, {"majority", "factors.majority", 3},
	}}, each}
}
