package config

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
)

var update = flag.Bool("update", false, "write the golden files")

// TestFile: the bytes of config.yaml stay as they are, and reading it gives the
// same configuration. So does reading the files in testdata/first, which the
// first release wrote, but for what methods did otherwise then.
func TestFile(t *testing.T) {
	for name, c := range map[string]struct {
		preset, method string
		change         func(*Config)
		first          method.Settings
	}{
		"tiny": {"tiny", "bn", func(*Config) {}, method.Settings{"bn.calibration": 0.0}},
		"swda": {"swda", " scale + linear+bow", func(c *Config) {
			c.Model.Condition = cvae.Conditioning{Labels: []string{"topic", "act"}, ActHead: true}
			c.Model.Context.Persona, c.Kernels, c.MaxTime = true, "avx2", 5400e9
		}, method.Settings{"scale.calibration": 0.0, "scale.generator": "paper"}},
		"ptb":   {"ptb", "agg+beta", func(c *Config) { c.Corpus, c.Embedding.Init = "a: path", "vectors.txt" }, nil},
		"yahoo": {"yahoo", "mae", func(c *Config) { c.LengthWindow = 1 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			given, err := Defaults(c.preset)
			if err != nil {
				t.Fatal(err)
			}
			given.Method = c.method
			c.change(&given)
			if _, err := given.Resolve(); err != nil {
				t.Fatal(err)
			}
			got, err := given.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+".yaml")
			if *update {
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
			read(t, path, given)
			given.Settings = maps.Clone(given.Settings)
			maps.Copy(given.Settings, c.first)
			read(t, filepath.Join("testdata", "first", name+".yaml"), given)
		})
	}
}

// read checks that a file is read as a configuration.
func read(t *testing.T, path string, want Config) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := got.Resolve(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is read as (-want +got):\n%s", path, diff)
	}
}

// TestEarlier: a run that was saved before a setting existed keeps what its method
// did then; one that has the setting keeps its value.
func TestEarlier(t *testing.T) {
	for text, want := range map[string]string{
		"method: scale\nmode: text\n":                             "off",
		"method: scale\nmode: text\nscale:\n    centre: \"on\"\n": "on",
		"method: scale+beta\nmode: text\nscale:\n    f_max: 20\n": "off",
	} {
		c, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Settings["scale.centre"]; got != want {
			t.Errorf("%q: scale.centre is %v, want %v", text, got, want)
		}
	}
}
