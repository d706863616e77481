package experiment

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog/metric"
)

const small = `
name: small
corpus: builtin
preset: tiny
max_steps: 10
seeds: [1, 2, 3]
rows:
- {method: vae}
- {method: bn, set: {bn.gamma: 0.6}}
- {name: weak, method: beta, max_epochs: 2, seeds: [1]}
claims:
- {id: "1", tests: [{measure: kl, row: vae, is: below, value: 0.5}]}
- id: mine
  text: bn knows more than vae
  tests:
  - {measure: mi.full, row: bn, than: vae, is: above}
  - {measure: mi.full/kl, row: bn, is: near, value: 0.5, within: 0.1}
`

func parse(t *testing.T, text string) Spec {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// results are of three seeds; bn has MI of half its KL.
func smallResults() (all Results) {
	for seed := uint64(1); seed <= 3; seed++ {
		kl := 5 + 0.1*float64(seed)
		all = append(all,
			Result{Row: "vae", Seed: seed, Measures: map[string]float64{"kl": 0.1 * float64(seed), "mi.full": 0}, Collapses: []string{"kl", "information"}},
			Result{Row: "bn", Seed: seed, Measures: map[string]float64{"kl": kl, "mi.full": kl / 2}})
	}
	return all
}

func TestRegisteredClaims(t *testing.T) {
	all, err := Registered()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 19 {
		t.Fatalf("%d claims are registered, want 19", len(all))
	}
	seen := map[string]bool{}
	for _, c := range all {
		if c.Source == "" || c.Text == "" || c.Expected == "" || c.Check == "" || seen[c.ID] {
			t.Errorf("claim %+v lacks something or stands twice", c)
		}
		seen[c.ID] = true
	}
}

func TestParse(t *testing.T) {
	s := parse(t, small)
	if s.Split != "test" || s.Rows[0].Name != "vae" || s.Rows[2].Limits != (Limits{MaxEpochs: 2}) || s.Rows[1].Limits != (Limits{MaxSteps: 10}) {
		t.Errorf("completed to %+v", s)
	}
	if c := s.Claims[0]; c.Source != "Song et al. 2024, table 1" || !strings.HasPrefix(c.Text, "VAE (no/short anneal) collapses") {
		t.Errorf("claim 1 has other words: %+v", c)
	}
	if got := len(s.trials()); got != 7 {
		t.Errorf("%d trials, want 3 + 3 + 1", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"an unknown key":                   {"corpus: builtin", "korpus: builtin"},
		"no seeds":                         {"seeds: [1, 2, 3]", "seeds: []"},
		"no limit":                         {"max_steps: 10", "max_steps: 0"},
		"a name that leaves the folder":    {"name: weak", "name: ../weak"},
		"two rows of a name":               {"name: weak", "name: vae"},
		"another seed in a row":            {"seeds: [1]", "seeds: [7]"},
		"a claim over a row that is not":   {"row: vae", "row: nae"},
		"a relation that is not":           {"is: below", "is: under"},
		"near without how near":            {"within: 0.1", "within: 0"},
		"a measure that is not":            {"measure: kl,", "measure: lk,"},
		"a divisor that is not":            {"measure: mi.full/kl", "measure: mi.full/lk"},
		"a measure of labels without any":  {"measure: kl,", "measure: probe.100,"},
		"answers that are not measured":    {"measure: kl,", "measure: over_z.dist.2,"},
		"a list is no measure":             {"measure: kl,", "measure: kl_per_dim,"},
		"a word is no measure":             {"measure: kl,", "measure: method,"},
		"a baseline that is not":           {"preset: tiny", "preset: tiny\nbaseline: nae"},
		"below nothing":                    {"is: below, value: 0.5", "is: below"},
		"below a row and a value":          {"is: below, value: 0.5", "is: below, value: 0.5, than: bn"},
		"a factor of nothing":              {"is: below, value: 0.5", "is: below, value: 0.5, factor: 2"},
		"a line through no places":         {"row: vae, is: below, value: 0.5", "over: [vae, bn, weak], is: rising"},
		"two claims of a name":             {"id: mine", "id: \"1\""},
		"other words for what is decided":  {`{id: "1", `, `{id: "1", text: collapse, `},
		"a claim without words":            {"text: bn knows more than vae", "source: me"},
		"a corpus left out":                {"corpus: builtin\n", ""},
		"more than one document's mistake": {"rows:", "rows: 7 #"},
	} {
		text := strings.Replace(small, change[0], change[1], 1)
		if text == small {
			t.Fatalf("%s: nothing replaced", name)
		}
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Every measure that a result has can be in a claim, 0 is a place on the axis of
// a sweep, and 0 a value.
func TestParseAccepts(t *testing.T) {
	evaluated := eval.Report{LatentDim: new(1), Active: new(1), Residual: new(1), Charged: new(1)}
	measured, err := Measures(evaluated)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := Measures(report.Row{Scores: metric.Scores{Dist: metric.ByOrder{2: .1}, Gram: metric.GramScores{Token: metric.ByOrder{4: .1}}}})
	if err != nil {
		t.Fatal(err)
	}
	for key := range answers {
		measured["over_z."+key] = 0
	}
	for _, key := range []string{"probe.majority", "probe.10000", "steps", "best_step", "epochs", "ms_per_step", "minutes", "mi.full/kl"} {
		measured[key] = 0
	}
	if len(measured) < 60 {
		t.Fatalf("only %d measures", len(measured))
	}
	for key := range measured {
		text := strings.Replace(small, "measure: kl,", "measure: "+key+",", 1)
		if _, err := Parse([]byte("probe: topic\ndiversity: 10" + text)); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	text := strings.NewReplacer("{method: vae}", "{method: vae, at: 0}", "{method: bn,", "{method: bn, at: 1,", "name: weak,", "name: weak, at: 2,",
		"row: vae, is: below, value: 0.5", "over: [vae, bn, weak], is: rising", "value: 0.5, within", "value: 0, within").Replace(small)
	s := parse(t, text)
	var all Results
	for i, row := range s.Rows {
		all = append(all, Result{Row: row.Name, Seed: 1, Measures: map[string]float64{"kl": 3 * float64(i)}})
	}
	if d := s.Claims[0].Tests[0].differences(s, all); len(d) != 1 || math.Abs(d[0]-3) > 1e-12 {
		t.Errorf("the slope is %v, want 3", d)
	}
}

func TestJudge(t *testing.T) {
	judged, err := Judge([]Experiment{{Spec: parse(t, small), Results: smallResults()}})
	if err != nil {
		t.Fatal(err)
	}
	if len(judged) != 20 {
		t.Fatalf("%d claims, want 19 and one of the experiment", len(judged))
	}
	first, mine, untested := judged[0], judged[19], judged[1]
	if first.Verdict != Reproduced || first.Runs != 3 {
		t.Errorf("claim 1: %+v", first)
	}
	near(t, "margin of claim 1", *first.Estimate, 0.3, 1e-12) // 0.5 − mean of .1 .2 .3
	if mine.Verdict != Reproduced || len(mine.Tests) != 2 {
		t.Errorf("claim mine: %+v", mine)
	}
	if untested.Verdict != Inconclusive || untested.Estimate != nil || untested.Interval != nil || untested.Runs != 0 {
		t.Errorf("claim 2 has no runs and is %+v", untested)
	}
	if text, err := json.Marshal(untested); err != nil || !strings.Contains(string(text), `"estimate":null,"interval":null`) {
		t.Errorf("the JSON is %s, %v", text, err)
	}
}

// A claim is contradicted by one test and reproduced only by all.
func TestJoin(t *testing.T) {
	of := func(verdicts ...Verdict) (list []Outcome) {
		for _, v := range verdicts {
			list = append(list, Outcome{Verdict: v, Runs: 2})
		}
		return list
	}
	for _, c := range []struct {
		outcomes []Outcome
		want     Verdict
	}{
		{[]Outcome{{Experiment: "a", Verdict: Reproduced, Runs: 2}, {Experiment: "b", Verdict: Inconclusive, Runs: 1}}, Reproduced},
		{[]Outcome{{Experiment: "a", Verdict: Reproduced, Runs: 2}, {Experiment: "a", Verdict: Inconclusive}}, Inconclusive},
		{of(), Inconclusive}, {of(Reproduced, Reproduced), Reproduced}, {of(Reproduced, Inconclusive), Inconclusive},
		{of(Inconclusive, Contradicted), Contradicted}, {of(Contradicted, Reproduced), Contradicted},
	} {
		if got := join(c.outcomes); got != c.want {
			t.Errorf("%v: %s, want %s", c.outcomes, got, c.want)
		}
	}
}

func TestTables(t *testing.T) {
	s := parse(t, small)
	var table strings.Builder
	if err := WriteTable(&table, Experiment{Spec: s, Results: smallResults()}); err != nil {
		t.Fatal(err)
	}
	// The interval of .1 .2 .3 is ± 4.302653·0.1/√3 (t of 2 degrees of freedom).
	want := "| row | seeds | kl | mi.full | collapse |\n| --- | --- | --- | --- | --- |\n" +
		"| `vae` | 3 | 0.20 ± 0.25 | 0.00 ± 0.00 | information, kl |\n" +
		"| `bn` | 3 | 5.20 ± 0.25 | 2.60 ± 0.12 | none |\n" +
		"| `weak` | 0 | – | – |  |\n"
	if table.String() != want {
		t.Errorf("the table is\n%swant\n%s", table.String(), want)
	}
	judged, err := Judge([]Experiment{{Spec: s, Results: smallResults()}})
	if err != nil {
		t.Fatal(err)
	}
	var claims strings.Builder
	if err := WriteClaims(&claims, judged); err != nil {
		t.Fatal(err)
	}
	if want, got := "Of 1 claim, 1 is reproduced (1).", Verdicts(Tested(judged)[:1]); got != want {
		t.Errorf("the verdicts are %q, want %q", got, want)
	}
	for _, part := range []string{"small: kl of vae is below 0.5: reproduced (margin 0.3, from", "none yet"} {
		if !strings.Contains(claims.String(), part) {
			t.Errorf("the table of claims lacks %q:\n%s", part, claims.String())
		}
	}
}

// Every experiment that comes with the program is read, and its results too.
func TestEmbeddedExperiments(t *testing.T) {
	for _, name := range Names() {
		s, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || s.Title == "" {
			t.Errorf("%s.yaml is called %q, %q", name, s.Name, s.Title)
		}
		if _, err := Recorded(s); err != nil {
			t.Error(err)
		}
	}
}

// README.md explains every key of an experiment.
func TestReadmeNamesEveryKey(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{Spec{}, Limits{}, Row{}, Claim{}, Test{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(v)) {
			key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if key != "" && !strings.Contains(string(text), "`"+key+"`") && !strings.Contains(string(text), "`"+key+": ") {
				t.Errorf("README.md does not explain %s", key)
			}
		}
	}
}
