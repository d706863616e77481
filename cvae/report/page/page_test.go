package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog"
)

func rendered(t *testing.T, r report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Report(r).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// oddRuns is twelve runs with names that try to break out, and without numbers.
func oddRuns() report.Report {
	r := threeRuns()
	for _, name := range []string{
		"<script>alert(1)</script>", `" onload="alert(1)`, "a\x00b\x1b[31m", "\u202egnp.exe", strings.Repeat("long", 60), "名前の長い実行",
		"", "{{.}} | ` *_ \\", "\xff\xfe",
	} {
		m := aliveModel()
		m.Run, m.Card, m.Config = name, name, name
		m.Plane.Labels[0], m.Answers[0].OverZ[0], m.Answers[0].Context = name, name, []string{name}
		r.Models = append(r.Models, m)
		r.Runs = append(r.Runs, scored(name, report.OverZ, 3, 0.2, 11))
	}
	return r
}

// wellFormed checks that all elements are closed in order, quotes are balanced
// and characters are those of XML.
func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func reports() map[string]report.Report {
	one := threeRuns()
	one.Models, one.Runs = one.Models[:1], one.Runs[:2]
	bare := report.Report{Models: []report.Model{{Run: "bare"}}, Runs: []report.Row{{Run: "other"}}}
	plain := threeRuns()
	plain.Models, plain.Runs = plain.Models[2:], plain.Runs[4:]
	return map[string]report.Report{"three": threeRuns(), "one": one, "odd": oddRuns(), "plain": plain, "bare": bare, "empty": {}}
}

func TestGolden(t *testing.T) {
	t.Run("html", func(t *testing.T) { golden.RequireEqual(t, rendered(t, threeRuns())) })
	t.Run("markdown", func(t *testing.T) {
		var b bytes.Buffer
		if err := Report(threeRuns()).Markdown(&b); err != nil {
			t.Fatal(err)
		}
		golden.RequireEqual(t, b.String())
	})
}

func TestHTML(t *testing.T) {
	outside := regexp.MustCompile(`(?i)<(script|link|img|iframe|object|embed|base)|\b(src|href|srcset|action)\s*=|@import|url\(`)
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) {
			text := rendered(t, r)
			wellFormed(t, name, text)
			if found := outside.FindString(text); found != "" {
				t.Errorf("the page refers to something outside it: %s", found)
			}
			if regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f\x{202a}-\x{202e}]`).MatchString(text) {
				t.Error("a control character is in the page")
			}
			if again := rendered(t, r); again != text {
				t.Error("the page differs when it is written again")
			}
		})
	}
}

func TestPlots(t *testing.T) {
	for name, r := range reports() {
		plots, err := Report(r).Plots()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for file, text := range plots {
			wellFormed(t, file, string(text))
			if !regexp.MustCompile(`^[a-z0-9-]+\.svg$`).MatchString(file) {
				t.Errorf("%s: %q is no file name for every system", name, file)
			}
		}
	}
	plots, err := Report(threeRuns()).Plots()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"dist-1-perplexity.svg", "dist-2-perplexity.svg", "kl-per-dimension-01-bn.svg", "kl-per-dimension-02-vae.svg",
		"plane-01-bn.svg", "plane-02-vae.svg", "rate-distortion.svg", "training-kl.svg", "training-rec.svg", "training-validation.svg",
	}
	if got := slices.Sorted(maps.Keys(plots)); !slices.Equal(got, want) {
		t.Errorf("plots %q, want %q", got, want)
	}
}

// TestWords: the rate by word and by length of the runs whose words have a z, with the
// committed rate; a report without one has no such section.
func TestWords(t *testing.T) {
	r := threeRuns()
	if plots := words(r).Figures; plots != nil {
		t.Errorf("vectors have %d plots by word", len(plots))
	}
	least := 0.2
	r.Models[1].Eval.KLPerStep = []report.Number{0.3, 0.2}
	r.Models[1].Eval.Lengths = []dialog.Length{{Words: 1, Responses: 3, KL: 0.3}, {Words: 2, Responses: 4, KL: 0.5, Committed: &least}}
	plots, err := Report(r).Plots()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kl-by-word.svg", "kl-by-length.svg"} {
		wellFormed(t, name, string(plots[name]))
	}
	s := words(r)
	if series := s.Figures[1].Chart.Series; len(series) != 2 || len(series[0].Points) != 1 || len(series[1].Points) != 2 || len(s.Figures[0].Chart.Series[0].Points) != 2 {
		t.Errorf("the plots are %+v", s.Figures)
	}
}

// TestFactorsAreOfRunsThatHaveThem: a run whose scores were kept has a row in each table;
// where none has, there is no table.
func TestFactorsAreOfRunsThatHaveThem(t *testing.T) {
	r := threeRuns()
	all := factorTables(r)
	if len(all) != 2 || len(all[0].Rows) != 1 || len(all[1].Rows) != 2 || all[1].Rows[0].Again || !all[1].Rows[1].Again {
		t.Fatalf("%+v", all)
	}
	for at, want := range map[int]string{0: "mood, topic <b>", 1: "1,278", 2: "0.96 / 0.50", 3: "– / 0.50", 4: "0.31", 8: "0.64 / 0.65"} { // (0.29 + 1)/2
		if got := all[0].Rows[0].Cells[at]; got != want {
			t.Errorf("cell %d is %q, want %q", at, got, want)
		}
	}
	r.Models[0].Factors = nil
	if factorTables(r) != nil || len(tables(r)) != 3 {
		t.Error("tables of factors that no run has")
	}
}

// TestInformationOfWords: what the z of words carry is told where that of a vector is, as
// a sum of words, and drawn beside their rate.
func TestInformationOfWords(t *testing.T) {
	r := threeRuns()
	e := &r.Models[0].Eval
	e.KLPerStep, e.MI = []report.Number{4, 2.4}, eval.MI{PerStep: []report.Number{1.5, 0.6}, Steps: 2.1, StepsError: 0.03, Ceiling: eval.Ceiling{Steps: 14.4}}
	if s := words(r); len(s.Figures) != 3 || len(s.Figures[2].Chart.Series[0].Points) != 2 {
		t.Errorf("the section of words is %+v", s)
	}
	if got := information(r.Models[0]); got != "2.1 / 14.4 (words)" {
		t.Errorf("the column has %q", got)
	}
	var b strings.Builder
	if err := Report(r).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"The latents of the words carry up to 2.1 nats about the response", "sum over the words: 2.10 ± 0.03", "its ceiling: 14.40"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}

// A failing writer is the caller's to hear of.
func TestHTMLSaysWhenItCannotWrite(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	for name, write := range map[string]func(Page, io.Writer) error{"html": Page.HTML, "markdown": Page.Markdown} {
		if err := write(Report(threeRuns()), w); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
