package page

import (
	"bytes"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/cvae-go/cvae/cvae/experiment"
)

const grid = `
name: grid
title: made-up numbers
corpus: builtin
preset: tiny
max_steps: 100
seeds: [1, 2, 3]
rows:
- {method: lm}
- {method: vae}
- {method: freebits}
- {method: bn}
- {method: agg, seeds: [1, 2]}
- {name: std-0.5, method: scale, at: 0.5, set: {scale.des_std: 0.5}}
- {name: std-1, method: scale, at: 1, set: {scale.des_std: 1}}
- {name: std-1.5, method: scale, at: 1.5, set: {scale.des_std: 1.5}}
claims:
- id: "1"
  tests:
  - {measure: kl, row: vae, is: below, value: 0.5}
  - {measure: mi.full, row: vae, is: below, value: 0.2}
- id: "9"
  tests: [{measure: nll.iw, row: bn, than: vae, is: below}]
- id: "11"
  tests: [{measure: mi.full, row: std-1, than: bn, is: above}]
- id: "13"
  tests: [{measure: kl, over: [std-0.5, std-1, std-1.5], is: peaking}]
- id: mine
  text: an aggressive encoder is dearer than <twice>
  tests: [{measure: ms_per_step, row: agg, than: vae, factor: 2, is: above}]
- id: theirs
  text: a latent that carries information costs nothing
  tests: [{measure: nll.elbo, row: bn, than: vae, is: below}]
- id: steps
  text: bn trains longer
  tests: [{measure: steps, row: bn, than: vae, is: above}]
`

// gridOf returns an experiment with results that follow from few numbers of a
// row; agg is not run.
func gridOf(t *testing.T) experiment.Experiment {
	t.Helper()
	spec, err := experiment.Parse([]byte(grid))
	if err != nil {
		t.Fatal(err)
	}
	e := experiment.Experiment{Spec: spec}
	for _, row := range []struct {
		name        string
		rec, kl, mi float64
		ms          float64
		collapses   []string
	}{
		{"lm", 39, math.NaN(), math.NaN(), 4, nil}, {"vae", 39.2, 0.01, -0.001, 6.4, []string{"information", "kl"}},
		{"freebits", 39.1, 3.2, 0.1, 6.5, []string{"information"}}, {"bn", 35.5, 5.9, 2.1, 7.6, nil},
		{"std-0.5", 36.1, 4.1, 1.4, 7.7, nil}, {"std-1", 34.9, 6.8, 2.9, 7.6, nil}, {"std-1.5", 34.2, 6.1, 3.6, 7.7, nil},
	} {
		for seed := range uint64(3) {
			e.Results = append(e.Results, made(row.name, seed, row.rec+0.2*float64(seed*seed), row.kl, row.mi, row.ms, row.collapses))
		}
	}
	return e
}

func made(row string, seed uint64, rec, kl, mi, ms float64, collapses []string) experiment.Result {
	r := experiment.Result{Row: row, Seed: seed + 1, Collapses: collapses, Kernels: "avx2", Threads: 1, Minutes: ms / 10,
		Measures: map[string]float64{"nll.elbo": rec, "steps": 100, "best_step": 100, "ms_per_step": ms}}
	if math.IsNaN(kl) {
		return r
	}
	kl += 0.01 * float64(seed)
	maps.Copy(r.Measures, map[string]float64{"latent_dim": 32, "rec": rec, "kl": kl, "nll.elbo": rec + kl, "nll.iw": rec + kl/2, "nll.gain": kl / 2, "mi.full": mi})
	if strings.HasPrefix(row, "std") {
		maps.Copy(r.Measures, map[string]float64{"bounds.e1": rec + kl/2, "bounds.e2": rec + kl, "bounds.e3": rec + 2*kl, "bounds.e4": rec + kl*0.9})
	}
	return r
}

func comparisonPage(t *testing.T, e experiment.Experiment) Page {
	t.Helper()
	claims, err := experiment.Judge([]experiment.Experiment{e})
	if err != nil {
		t.Fatal(err)
	}
	return Comparison(e, claims, nil)
}

func comparisonHTML(t *testing.T, e experiment.Experiment) string {
	t.Helper()
	var b bytes.Buffer
	if err := comparisonPage(t, e).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestComparisonGolden(t *testing.T) {
	t.Run("html", func(t *testing.T) { golden.RequireEqual(t, comparisonHTML(t, gridOf(t))) })
	t.Run("markdown", func(t *testing.T) {
		var b bytes.Buffer
		if err := comparisonPage(t, gridOf(t)).Markdown(&b); err != nil {
			t.Fatal(err)
		}
		golden.RequireEqual(t, b.String())
	})
}

// The numbers of the sentences are those of gridOf: the mean of rec is 1/3
// above its number, for 0, 0.2 and 0.8 are added.
func TestComparisonSummary(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*experiment.Experiment)
		want   string
	}{
		"rows by information": {nil, "Of 8 rows, 4 latents carry information (std-1.5, std-1, bn, std-0.5); 2 do not (freebits, vae); 1 has none (lm); 1 is not run yet (agg)."},
		"likelihood":          {nil, "Best likelihood: std-1.5, 37.6 nats a response (importance-weighted, 95 % interval 36.5 to 38.6). "}, // of 37.25, 37.455 and 38.06
		"claims":              {nil, "Of 7 claims, 4 are reproduced (1, 9, 11, 13), 1 is contradicted (theirs), 1 is inconclusive (steps), 1 is not run (mine)."},
		"not told apart": {func(e *experiment.Experiment) { e.Results[4].Measures["nll.gain"] = 9 }, // one seed of vae gains much: 39.205, 30.42, 40.015
			"Best likelihood: vae, 36.5 nats a response (importance-weighted, 95 % interval 23.3 to 49.8); not told apart from it: lm, freebits, bn, std-0.5, std-1, std-1.5."},
		"ELBOs where one has no weights": {func(e *experiment.Experiment) { delete(e.Results[3].Measures, "nll.gain") }, "Best likelihood: lm, 39.3 nats a response (ELBO, 95 %"},
		"another fate with another seed": {func(e *experiment.Experiment) { e.Results[3].Collapses = nil }, "; 1 does with some seeds only (vae); 1 does not (freebits);"},
		"one seed":                       {func(e *experiment.Experiment) { e.Results = e.Results[:1] }, "Best likelihood: lm, 39.0 nats a response (importance-weighted, one seed). Of 7 claims, 7 are not run (1, 9, 11, 13, mine, theirs, steps)."},
	} {
		e := gridOf(t)
		if c.change != nil {
			c.change(&e)
		}
		if got := comparisonPage(t, e).Summary; !strings.Contains(got, c.want) {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// Whatever is measured, the page is well formed, asks for nothing outside, and
// no plot has a point that was not measured.
func TestComparisonPages(t *testing.T) {
	all, none, odd := gridOf(t), gridOf(t), gridOf(t)
	none.Results = nil
	odd.Spec.Name, odd.Spec.Title, odd.Spec.Claims = "<b>", "\x1b[31m|", nil
	for i := range odd.Results {
		odd.Results[i].Measures = map[string]float64{"over_z.dist.2": 0.2, "probe.100": 0.7}
	}
	for name, e := range map[string]experiment.Experiment{"all": all, "none": none, "odd": odd, "nothing": {}} {
		wellFormed(t, name, comparisonHTML(t, e))
		plots, err := comparisonPage(t, e).Plots()
		if err != nil {
			t.Fatal(err)
		}
		for file, text := range plots {
			wellFormed(t, file, string(text))
			if regexp.MustCompile(`NaN|Inf\b`).Match(text) {
				t.Errorf("%s: %s draws what is no number", name, file)
			}
		}
		want := 0
		if name == "all" {
			want = 6
		}
		if len(plots) != want {
			t.Errorf("%s has the plots %q", name, slices.Sorted(maps.Keys(plots)))
		}
	}
	page := comparisonPage(t, none)
	if !page.Empty || page.Summary != "" || page.Verdicts[0].State != notRun {
		t.Errorf("without results the page says %+v", page)
	}
}

// Each run of a row is a symbol of the row's colour, at its own numbers.
func TestSymbols(t *testing.T) {
	c := comparison{gridOf(t)}
	all := c.symbols(rate, distortion)
	if len(all) != 7 { // of the eight rows agg is not run
		t.Fatalf("%d rows have symbols", len(all))
	}
	lm, bn := all[0], all[3]
	if p := lm.Points[0]; lm.Name != "lm" || p.X != 0 || p.Y != 39 {
		t.Errorf("lm stands at %+v", p)
	}
	if p := bn.Points[2]; bn.Colour != 3 || len(bn.Points) != 3 || math.Abs(p.X-5.92) > 1e-9 || math.Abs(p.Y-36.3) > 1e-9 {
		t.Errorf("bn with seed 3 stands at %+v", p)
	}
	sweep := c.sweep()
	if got := sweep.Figures[0].Chart; got.X.Label != "scale.des_std" || len(got.Series) != 8 {
		t.Errorf("the sweep is along %s and has %d series, want four lines and their seeds", got.X.Label, len(got.Series))
	}
	for i, at := range []float64{0.5, 1, 1.5} {
		if p := sweep.Figures[0].Chart.Series[0].Points[i]; p.X != at {
			t.Errorf("place %d of the sweep is at %g", i, p.X)
		}
	}
}

func TestComparisonScreenshots(t *testing.T) {
	b := findBrowser(t)
	page := comparisonHTML(t, gridOf(t))
	for name, switches := range map[string][]string{"compare-light": {}, "compare-dark": {"--force-dark-mode"}} {
		if _, drawn := lightness(b.screenshot(name, page, append(switches, "--window-size=1280,5200")...)); drawn < 0.02 {
			t.Errorf("%.3f of the page %s differs from its paper", drawn, name)
		}
	}
	dom := string(b.run(framed(page), "--dump-dom"))
	if !strings.Contains(dom, "<title>width 400 of 400, wide plots: 0</title>") {
		t.Errorf("the page or a plot is wider than the phone: %s", regexp.MustCompile(`<title>[^<]*</title>`).FindString(dom))
	}
}
