package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog/metric"
)

// A table is numbers of runs. All cells but the first of a row are set right.
type table struct {
	Title string
	Note  string
	Of    string // what a row is: run or row
	Heads []head
	Rows  []row
}

// A head is that of a column.
type head struct {
	Text  string // in one line or two
	Title string // what it is, its unit and which numbers are better
	Left  bool   // holds words
}

// A row is one run, or one run and decoding.
type row struct {
	Run    string
	Colour int
	Again  bool // the run of the row above
	Cells  []string
}

// A column of a table of things T.
type column[T any] struct {
	head
	cell func(T) string
}

// fill adds the columns and the cells of one thing.
func fill[T any](columns []column[T], thing T) (cells []string) {
	for _, c := range columns {
		cells = append(cells, c.cell(thing))
	}
	return cells
}

func heads[T any](columns []column[T]) (all []head) {
	for _, c := range columns {
		all = append(all, c.head)
	}
	return all
}

// diversityNote says how to read the table of diversity.
func diversityNote(r report.Report) string {
	note := "Greedy over z: the answers differ because of z alone. z fixed: they differ because tokens are drawn."
	if r.ReferencePPL.Known() && r.ReferencePPL > 0 {
		note += " The LM ppl of what people said is " + show(r.ReferencePPL, 1) + "."
	}
	return note
}

func tables(r report.Report) []table {
	all := []table{modelTable(r)}
	for _, t := range []struct {
		title, note string
		columns     []column[report.Row]
	}{
		{"Diversity", diversityNote(r), diversityColumns()},
		{"Quality", "Against what people said in the same context, and against the training split.", qualityColumns()},
	} {
		if len(r.Runs) > 0 {
			all = append(all, rowTable(r, t.title, t.note, t.columns))
		}
	}
	return append(all, factorTables(r)...)
}

func modelTable(r report.Report) table {
	columns := modelColumns()
	t := table{Of: "run", Title: "Likelihood and latent", Note: "Likelihoods, rates and information in nats per response.", Heads: heads(columns)}
	for i, m := range r.Models {
		t.Rows = append(t.Rows, row{Run: m.Run, Colour: i, Cells: fill(columns, m)})
	}
	return t
}

func rowTable(r report.Report, title, note string, columns []column[report.Row]) table {
	t := table{Of: "run", Title: title, Note: note, Heads: heads(columns)}
	for i, line := range r.Runs {
		again := i > 0 && r.Runs[i-1].Run == line.Run
		t.Rows = append(t.Rows, row{line.Run, colour(r, line.Run), again, fill(columns, line)})
	}
	return t
}

// colour is that of a run: its place among the models.
func colour(r report.Report, run string) int {
	for i, m := range r.Models {
		if m.Run == run {
			return i
		}
	}
	return len(r.Models)
}

// measured is the head of a metric of the table of metrics, by its key.
func measured(text, key string) head {
	for _, m := range report.Table() {
		if m.Key != key {
			continue
		}
		h := head{Text: text, Title: fmt.Sprintf("%s: %s. Unit: %s", m.Name, m.Formula, m.Unit)}
		return h.better(m.Direction)
	}
	return head{Text: text}
}

// better adds which numbers are better, a direction of package metric.
func (h head) better(direction string) head {
	h.Title = strings.TrimSuffix(h.Title, ".")
	switch direction {
	case metric.Higher:
		h.Text += " ↑"
		h.Title += "; higher is better"
	case metric.Lower:
		h.Text += " ↓"
		h.Title += "; lower is better"
	}
	h.Title += "."
	return h
}

// explained are the different heads of tables.
func explained(tables []table) (all []head) {
	for _, t := range tables {
		for _, h := range t.Heads {
			if !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	return all
}
