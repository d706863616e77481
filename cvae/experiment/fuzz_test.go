package experiment

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"
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

// FuzzResult: whatever the files of a folder of results, there are tables, or an error
// that names the file.
func FuzzResult(f *testing.F) {
	s, err := Find("dailydialog")
	if err != nil {
		f.Fatal(err)
	}
	row := s.Rows[0]
	name := file("", row.Name, row.Seeds[0])
	var whole [2][]byte
	for i, name := range []string{name, bootstrapFile} {
		if whole[i], err = recorded.ReadFile("results/" + s.Name + "/" + name); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(whole[0], whole[1])
	f.Add([]byte(`{"measures":{"kl":1e308},"collapses":["","prior"]}`), []byte(`{"differences":[{"row":"a","interval":[1,2],"seeds":[{"seed":1}]}]}`))
	f.Add([]byte("null"), []byte("[]"))
	f.Fuzz(func(t *testing.T, result, differences []byte) {
		files := fstest.MapFS{name: {Data: result}, bootstrapFile: {Data: differences}}
		e := Experiment{Spec: s}
		var err error
		if e.Results, err = Read(files, s); err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
		if e.Differences, err = readDifferences(files); err != nil && !strings.Contains(err.Error(), bootstrapFile) {
			t.Errorf("%q does not name %s", err, bootstrapFile)
		}
		if err := WriteTable(io.Discard, e); err != nil {
			t.Error(err)
		}
	})
}
