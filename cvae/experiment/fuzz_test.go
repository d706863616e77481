package experiment

import (
	"strings"
	"testing"
)

// FuzzParse: whatever the file, there is an experiment whose runs have names that can be
// those of files, or an error in one piece.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		text, err := embedded.ReadFile("specs/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("name: a\ncorpus: builtin\npreset: tiny\nseeds: [1]\nrows: [{method: vae, set: {a: [1]}}]\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("!*"))
	f.Add([]byte("name: [\"a\\nb\"]\nseeds: \"a\\nb\"\n"))
	f.Add([]byte("rows: 0.5\n---\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			if said := strings.TrimSpace(err.Error()); said == "" || strings.Contains(said, "cannot unmarshal") {
				t.Errorf("%q is no sentence", said)
			}
			return
		}
		for _, trial := range s.trials() {
			if !plain.MatchString(trial.Row.Name) {
				t.Errorf("a run is called %q", trial.Row.Name)
			}
		}
	})
}
