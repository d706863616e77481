package experiment

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sound is an experiment; each case of TestFaults changes one thing of it.
const sound = `name: mine
corpus: builtin
preset: tiny
max_steps: 4
seeds: [1, 2]
rows:
  - {method: vae}
  - method: bn
    seeds: [2]
claims:
  - id: x
    text: it is so
    tests:
      - {measure: kl, row: bn, is: below, value: 1}
`

// TestFaults of an experiment's file are told in one sentence with the file and the line.
func TestFaults(t *testing.T) {
	if _, err := Parse([]byte(sound)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, by, want string }{
		"an unknown key":            {"preset: tiny", "preset: tiny\ntitel: a", `line 4: there is no key "titel"; there are name, title, corpus, preset, set, max_epochs, max_steps, max_time, seeds, `},
		"an unknown key of a row":   {"method: bn", "method: bn\n    sett: {}", `line 9: there is no key "sett"; there are name, method, set, max_epochs, max_steps, max_time, seeds, at`},
		"an unknown key of a claim": {"text: it is so", "title: it is so", `line 12: there is no key "title"; there are id, source, text, expected, check, tests`},
		"an unknown key of a test":  {"value: 1", "limit: 1", `line 14: there is no key "limit"; there are measure, is, row, than, factor, value, within, share, over`},
		"no rows":                   {sound[strings.Index(sound, "rows"):], "", "rows is empty"},
		"a negative seed":           {"[1, 2]", "[1, -2]", `line 5: "-2" stands where a whole number from 0 on must be`},
		"a fraction of a seed":      {"[1, 2]", "[1, 2.5]", "line 5: seeds is 2.5, and it must be a whole number"},
		"a fraction in a row":       {"seeds: [2]", "max_epochs: 1.5", "line 9: max_epochs is 1.5"},
		"a seed twice":              {"[1, 2]", "[2, 2]", "line 5: seeds has 2 twice"},
		"a seed of no other":        {"seeds: [2]", "seeds: [3]", "line 8: row bn has the seed 3"},
		"a word for a number":       {"max_steps: 4", "max_steps: many", `line 4: "many" stands where a whole number must be`},
		"a negative limit":          {"max_steps: 4", "max_steps: -4", "line 7: row vae has a limit below 0"},
		"a row twice":               {"method: bn", "method: vae", `line 8: two rows have the name "vae"`},
		"a key twice":               {"preset: tiny", "preset: tiny\npreset: small", `line 4: mapping key "preset" already defined at line 3`},
		"a claim of an unknown row": {"row: bn", "row: nobody", `line 14: claim x, test 1: there is no row "nobody"`},
		"a claim of no relation":    {"is: below", "is: under", `line 14: claim x, test 1: is: "under" is none of`},
		"a claim of no measure":     {"measure: kl", "measure: kll", `line 14: claim x, test 1: there is no measure "kll"`},
		"a claim twice":             {"claims:", "claims:\n  - {id: x, text: a, tests: [{measure: kl, row: bn, is: below, value: 1}]}", `line 12: two claims have the id "x"`},
		"an unknown baseline":       {"preset: tiny", "preset: tiny\nbaseline: nobody", `line 4: baseline is "nobody"`},
		"rows that are a word":      {sound[strings.Index(sound, "rows"):], "rows: all", `line 6: "all" stands where a list must be`},
		"a list":                    {sound, "- a\n- b\n", "line 1: a list stands where keys with values must be"},
		"nothing":                   {sound, "", "it is empty"},
		"a comment":                 {sound, "# nothing\n", "it is empty"},
		"two experiments":           {sound, sound + "---\n" + sound, "line 15: a second document begins"},
		"no YAML":                   {sound, "name: [\n", "line 1: did not find expected node content"},
		"no text":                   {sound, "name: \xff\xfe", "invalid"},
		"control characters":        {sound, "a\x00b: 1", "control characters are not allowed"},
	} {
		file := filepath.Join(t.TempDir(), "mine.yaml")
		if err := os.WriteFile(file, []byte(strings.Replace(sound, c.old, c.by, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Find(file)
		if err == nil || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		} else if regexp.MustCompile(`experiment\.[A-Z]|!!|uint|unmarshal|\n`).MatchString(strings.TrimPrefix(err.Error(), file)) {
			t.Errorf("%s speaks of the program: %v", name, err)
		}
	}
}

// TestBudget leaves out times that results do not note.
func TestBudget(t *testing.T) {
	r := Results{{Row: "vae", Kernels: "avx2", Threads: 2}}
	if got, want := r.Budget(), "Runs: 1; kernels avx2, threads a run 2."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r[0].Minutes = 0.2
	if got, want := r.Budget(), "Runs: 1, with less than a minute of training together; kernels avx2, threads a run 2."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r[0].Minutes = 3.2
	if got, want := r.Budget(), "Runs: 1, with 3 minutes of training together; kernels avx2, threads a run 2."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
