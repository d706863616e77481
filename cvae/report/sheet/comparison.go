package sheet

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/experiment"
)

// Comparison is the numbers of an experiment: a line for each row of it.
func Comparison(e experiment.Experiment) Sheet {
	var s Sheet
	keys := map[string]bool{}
	for _, row := range e.Spec.Rows {
		line := Line{Name: row.Name, Values: map[string][]float64{}}
		for _, r := range e.Results.Of(row) {
			line.Method = r.Method
			all := map[string]float64{}
			maps.Copy(all, r.Measures)
			for _, key := range []string{"minutes", experiment.Bound, experiment.PriorOfTraining} {
				if v := r.Measure(key); !math.IsNaN(v) {
					all[key] = v
				}
			}
			for key := range all {
				keys[key] = true
			}
			line.add(fmt.Sprintf("%s-%d", r.Row, r.Seed), all)
		}
		s.Lines = append(s.Lines, line)
	}
	s.Keys = slices.Sorted(maps.Keys(keys))
	for _, t := range experiment.Tables(e) {
		if strings.HasPrefix(t.Title, experiment.Paired) {
			continue // of differences, not of what was measured
		}
		var columns []Column
		for _, h := range t.Heads {
			if h.Measure != "" {
				columns = append(columns, Column{h.Title, h.Measure, h.Digits})
			}
		}
		s.Tables = append(s.Tables, Table{Title: t.Title, Columns: columns})
	}
	return s
}
