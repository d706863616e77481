package config

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/dialog/safe"
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

// TestExplained: a file of settings that is damaged is refused in a sentence without the
// types of Go.
func TestExplained(t *testing.T) {
	for text, want := range map[string]string{
		"seed: x\n":                             "line 1 has x where a whole number, not negative, belongs",
		"batch: 2\nlatent: 3\n":                 "line 2 has 3 where a group of settings, as in latent: {dim: 16}, belongs",
		"latent: {nix: 3}\n":                    "line 1 has the key nix, which no configuration has",
		"- 1\n":                                 "line 1 has a list where a group of settings",
		"max_time: x\n":                         "line 1 has x where a duration",
		"condition: {labels: 3}\n":              "line 1 has 3 where a list of names",
		"same_length: perhaps\n":                "line 1 has perhaps where true or false belongs",
		"seed: 1\n\tx: 2\n":                     "line 2 is not YAML: found a tab character",
		"\x00\x01":                              "it is not YAML: control characters are not allowed",
		"*a\n":                                  "it is not YAML: unknown anchor 'a' referenced",
		"":                                      "it is empty",
		"!*":                                    "line 1 has the tag !* where a group of settings",
		"batch: !a\n":                           "line 1 has the tag !a where a whole number belongs",
		"batch: \"\"\n":                         "line 1 has an empty text where a whole number belongs",
		"seed: 1\nseed: 2\n":                    "the key seed of line 2 stands in line 1 already; keep one of them",
		"seed: 1\nseed: 99999999999999999999\n": "the key seed of line 2 stands in line 1 already",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), "reading the configuration: "+want) || strings.Contains(err.Error(), "unmarshal") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzParse reads any file of settings: it is an error or a configuration that can be
// written and is then the same.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"tiny", "small", "yahoo"} {
		c, err := Defaults(name)
		if err != nil {
			f.Fatal(err)
		}
		b, err := c.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("batch: 8\nbatch: 9\n"))
	f.Add([]byte("corpus: \"\\x1b]52;c;x\\a\\u009b\\u202e\"\nscale:\n  des_std: 0.9\n"))
	f.Add([]byte("a: &a [*a, *a]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Parse(text)
		LineOf(text, "latent.dim")
		if err != nil {
			if said := Explained(err).Error(); strings.Contains(said, "already defined") || strings.Contains(said, "unmarshal") {
				t.Errorf("%v is no sentence", err)
			}
			return
		}
		b, err := c.Marshal()
		if err != nil {
			return // of settings that no method has
		}
		if safe.Text(string(b)) != string(b) {
			t.Errorf("%q acts on a terminal", b)
		}
		again, err := Parse(b)
		if err != nil {
			t.Fatalf("%s is not read back: %v", b, err)
		}
		if fmt.Sprint(again) != fmt.Sprint(c) {
			t.Errorf("%s reads back as %+v, was %+v", b, again, c)
		}
	})
}

// TestLineOf: a value is found by its key, whatever the depth.
func TestLineOf(t *testing.T) {
	text := []byte("# settings\nbatch: 8\nlatent:\n\n  dim: -3\n")
	for key, want := range map[string]int{"batch": 2, "latent": 3, "latent.dim": 5, "seed": 0, "batch.x": 0, "": 0} {
		if got := LineOf(text, key); got != want {
			t.Errorf("%s stands in line %d, want %d", key, got, want)
		}
	}
}
