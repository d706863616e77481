package sheet_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/sheet"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog/metric"
)

// reported has three seeds of one setting and one run of another, whose names LaTeX and CSV
// would read otherwise.
func reported() (r report.Report) {
	for i, m := range []struct {
		run, config string
		kl          float64
	}{
		{"runs/b_n-1", "method: bn\nseed: 1\nmax_steps: 5\n", 1}, {"a & 50% {x}, \"y\"", "method: vae\nseed: 1\n", 9},
		{"runs/b_n-2", "method: bn\nseed: 2\nmax_steps: 5\n", 2}, {"runs/b_n-3", "method: bn\nseed: 13\nmax_steps: 5\n", 6},
	} {
		e := eval.Report{Tokens: 70 + i}
		e.KL, e.Rec, e.NLL.ELBO, e.NLL.Aux = eval.Number(m.kl), eval.Number(math.NaN()), 20, eval.Number(math.NaN())
		if i == 1 {
			e.NLL.Aux = 19.5 // replies of this one draw from a prior of their own
		}
		scores := &run.Factored{Report: factors.Report{MIG: factors.Number(m.kl / 100), DCI: factors.DCI{Completeness: 0.5}, Factors: []factors.Factor{
			{Name: "mood & co.", Accuracy: factors.Number(m.kl / 10), Majority: 0.25, Gap: 0.125, Dimension: i}, {Name: "topic", Accuracy: 0.75, Majority: 0.5}}}}
		r.Models = append(r.Models, report.Model{Run: m.run, Method: "bn", Config: m.config, Eval: e, Factors: scores})
		for _, decoding := range []string{report.OverZ, report.OverTokens} {
			row := report.Row{Run: m.run, Method: "bn", Decoding: decoding}
			row.Distinct, row.Tokens = report.Number(m.kl+1), 5
			row.Dist = metric.ByOrder{1: 0.5, 2: report.Number(m.kl / 10)}
			r.Runs = append(r.Runs, row)
		}
	}
	return r
}

func table(t *testing.T, s sheet.Sheet) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, key := range lines[0] {
			if _, twice := row[key]; twice {
				t.Errorf("the column %s comes twice", key)
			}
			row[key] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// TestSeedsAreOneLine has its numbers from the definition: 1, 2 and 6 have the mean 3 and the
// deviation √((4+1+9)/2) = √7.
func TestSeedsAreOneLine(t *testing.T) {
	s, err := sheet.Report(reported())
	if err != nil {
		t.Fatal(err)
	}
	rows := table(t, s)
	if len(rows) != 4 {
		t.Fatalf("%d lines, want those of two settings and two decodings", len(rows))
	}
	for i, want := range []map[string]string{
		{"name": "runs/b_n", "decoding": report.OverZ, "seeds": "3", "runs": "runs/b_n-1 runs/b_n-2 runs/b_n-3", "factors.mig": "0.03", "factors.dci.completeness": "0.5", "factors.majority": "0.375",
			"factors.label.mood & co..accuracy": "0.3", "factors.label.topic.majority": "0.5", "kl": "3", "kl.std": "2.6457513110645907", "distinct": "4", "dist.2": "0.3", "eval.tokens": "71.66666666666666", "tokens": "5", "tokens.std": "0"},
		{"name": "runs/b_n", "decoding": report.OverTokens, "seeds": "3"},
		{"name": "a & 50% {x}, \"y\"", "decoding": report.OverZ, "seeds": "1", "kl": "9", "kl.std": "", "dist.1": "0.5", "dist.1.std": ""},
		{"name": "a & 50% {x}, \"y\"", "decoding": report.OverTokens},
	} {
		for key, value := range want {
			if rows[i][key] != value {
				t.Errorf("line %d: %s is %q, want %q", i+1, key, rows[i][key], value)
			}
		}
		for _, key := range []string{"rec", "factors.label.topic.dimension"} {
			if _, known := rows[i][key]; known {
				t.Errorf("%s, which means nothing here, has a column", key)
			}
		}
	}
}

// TestOtherSettingsAreOtherLines changes one setting besides the seed.
func TestOtherSettingsAreOtherLines(t *testing.T) {
	r := reported()
	r.Models[2].Config = strings.Replace(r.Models[2].Config, "5", "6", 1)
	s, err := sheet.Report(r)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range table(t, s) {
		names = append(names, row["name"]+" "+row["seeds"])
	}
	if names = slices.Compact(names); !slices.Equal(names, []string{"runs/b_n 2", `a & 50% {x}, "y" 1`, "runs/b_n-2 1"}) {
		t.Errorf("lines %q", names)
	}
}

var command = regexp.MustCompile(`\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)\{\}|\\symbol\{34\}|\$(-|\\(\||[A-Za-z]+))\$|\\[{}&%$#_]`)

// parsed reads the tabulars of LaTeX: it wants every line to have as many cells as there are
// columns, and no character left that LaTeX would act on.
func parsed(t *testing.T, text string) (tabulars [][][]string) {
	t.Helper()
	var cells [][]string
	columns := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "%") || strings.HasPrefix(line, `\toprule`) || strings.HasPrefix(line, `\midrule`) || strings.HasPrefix(line, `\bottomrule`):
		case strings.HasPrefix(line, `\begin{tabular}{`):
			columns, cells = len(strings.TrimSuffix(strings.TrimPrefix(line, `\begin{tabular}{`), "}")), nil
		case line == `\end{tabular}`:
			tabulars, columns = append(tabulars, cells), 0
		default:
			row, ended := strings.CutSuffix(line, ` \\`)
			list := strings.Split(row, " & ")
			if !ended || len(list) != columns {
				t.Errorf("%q has %d cells of %d", line, len(list), columns)
			}
			for _, cell := range list {
				bare := command.ReplaceAllString(cell, "")
				if m, ok := strings.CutPrefix(bare, "$"); ok {
					bare = strings.Replace(strings.TrimSuffix(m, "$"), ` \pm `, "", 1)
				}
				if strings.ContainsAny(bare, `\{}&%$#_~^<>|"`) {
					t.Errorf("LaTeX acts on %q in the cell %q", bare, cell)
				}
			}
			cells = append(cells, list)
		}
	}
	if columns != 0 {
		t.Error("a tabular has no end")
	}
	return tabulars
}

func TestLaTeX(t *testing.T) {
	s, err := sheet.Report(reported())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.WriteLaTeX(&b); err != nil {
		t.Fatal(err)
	}
	tabulars := parsed(t, b.String())
	if len(tabulars) != 5 {
		t.Fatalf("%d tables, want likelihood, diversity, quality, factors and labels:\n%s", len(tabulars), b.String())
	}
	cell := func(table, line int, head string) string {
		i := slices.Index(tabulars[table][0], head)
		if i < 0 {
			return "no column"
		}
		return tabulars[table][line][i]
	}
	for _, test := range []struct {
		table, line int
		head, want  string
	}{
		{0, 1, "", `runs/b\_n`}, {0, 1, "seeds", "3"}, {0, 1, "KL", `$3.0 \pm 2.6$`}, {0, 1, "rec", "no column"},
		{0, 2, "", `a \& 50\% \{x\}, \symbol{34}y\symbol{34}`}, {0, 2, "KL", "$9.0$"},
		{0, 1, "NLL (ELBO)", `$20.0 \pm 0.0$`}, {0, 1, "NLL (prior of training)", "--"}, {0, 2, "NLL (ELBO)", "$19.5$"}, {0, 2, "NLL (prior of training)", "$20.0$"},
		{1, 1, "decoding", report.OverZ}, {1, 2, "decoding", report.OverTokens}, {1, 1, "distinct", `$4.0 \pm 2.6$`}, {1, 3, "Dist-2", "$0.900$"},
		{3, 1, "MIG", `$0.030 \pm 0.026$`}, {3, 2, "complete", "$0.500$"}, {3, 2, "majority", "$0.375$"}, {4, 1, `mood \& co.`, `$0.300 \pm 0.265$`}, {4, 2, "topic majority", "$0.500$"},
	} {
		if got := cell(test.table, test.line, test.head); got != test.want {
			t.Errorf("table %d, line %d, %q: %q, want %q", test.table, test.line, test.head, got, test.want)
		}
	}
	if len(tabulars[0]) != 3 || len(tabulars[1]) != 5 {
		t.Errorf("%d and %d lines, want a head and 2 settings, a head and 4 decodings", len(tabulars[0]), len(tabulars[1]))
	}
}

// TestGreek: the letters of the settings are mathematics, which pdfLaTeX sets, and letters
// of Latin script stay.
func TestGreek(t *testing.T) {
	if got, want := sheet.Escape("bn β=0.1, γ → \u2212Δ “é”"), `bn $\beta$=0.1, $\gamma$ $\to$ $-$$\Delta$ “é”`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// FuzzEscape wants nothing left of any name that LaTeX acts on.
func FuzzEscape(f *testing.F) {
	f.Add(`\begin{x} & 100% $a_b^c$ #1 ~ | < > "`)
	f.Fuzz(func(t *testing.T, name string) {
		if bare := command.ReplaceAllString(sheet.Escape(name), ""); strings.ContainsAny(bare, "\\{}&%$#_~^<>|\"\n\r") {
			t.Errorf("%q leaves %q", name, bare)
		}
	})
}

// TestComparison has the numbers of experiments that come with the program, and in LaTeX
// every column of their tables: some are made of others, such as the bound of the generator
// that replies.
func TestComparison(t *testing.T) {
	for _, name := range []string{"synthetic", "ptb-rows"} {
		spec, err := experiment.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		e, err := experiment.Recorded(spec)
		if err != nil {
			t.Fatal(err)
		}
		s := sheet.Comparison(e)
		rows := table(t, s)
		if len(rows) != len(spec.Rows) {
			t.Fatalf("%d lines of %d rows", len(rows), len(spec.Rows))
		}
		for i, row := range spec.Rows {
			for _, key := range []string{"kl", experiment.Bound} {
				mean, std := sheet.Moments(e.Results.Values(row, key))
				if rows[i]["name"] != row.Name || (rows[i][key] == "") != math.IsNaN(mean) || (rows[i][key+".std"] == "") != math.IsNaN(std) {
					t.Errorf("line %d is %q with %s %q ± %q, want %s, %g ± %g", i+1, rows[i]["name"], key, rows[i][key], rows[i][key+".std"], row.Name, mean, std)
				}
			}
		}
		var b bytes.Buffer
		if err := s.WriteLaTeX(&b); err != nil {
			t.Fatal(err)
		}
		heads := parsed(t, b.String())[0][0]
		for _, h := range experiment.Tables(e)[0].Heads {
			if h.Measure != "" && !slices.Contains(heads, sheet.Escape(h.Title)) {
				t.Errorf("%s: the LaTeX has no column %q", name, h.Title)
			}
		}
	}
}
