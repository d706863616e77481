package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run/training"
)

// absurd are values that no, or few, settings can have. Large ones that are in range are
// left out: they would be built.
var absurd = []string{"-1", "-3", "0", "1", "NaN", "Inf", "-Inf", "1e308", "-1e-300", "1e18", "99999999999999999999", "", "x", "0x10", "true", "[]", "[,]", "1,x", "5 s", "-2h", "\x1b]52;c;aGk=\a"}

// unabsurd are the keys that are left out.
var unabsurd = map[string]bool{
	"kernels": true, "embedding.found": true, // the run records them
}

// TestRefusals gives every setting absurd values: those that are refused are errors of
// usage in one sentence that names the key.
func TestRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := writeFixtures("."); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, key := range config.Keys() {
		if unabsurd[key] {
			continue
		}
		methods := ""
		if name, _, grouped := strings.Cut(key, "."); grouped {
			if _, err := method.Find(name); err == nil {
				methods = name
			}
		}
		for _, value := range absurd {
			if err := prepared(t, methods, key+"="+value); err != nil {
				refused++
				checkRefusal(t, key, value, err)
			}
		}
	}
	if refused < 1000 {
		t.Errorf("%d values are refused, of %d keys", refused, len(config.Keys()))
	}
}

// TestShapesOfMethods gives every method the least and the greatest of what shapes a model:
// each is trained or refused in a sentence that names a key.
func TestShapesOfMethods(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := writeFixtures("."); err != nil {
		t.Fatal(err)
	}
	for _, m := range method.All() {
		for _, set := range []string{"latent.dim=1", "batch=2", "decoder.tokens=2", "context.turns=1", "encoder.hidden=1", "decoder.hidden=1", "latent.recognition=0", "latent.prior=0", "decoder.latent_every_step=false", "mode=text"} {
			key, value, _ := strings.Cut(set, "=")
			if err := prepared(t, m.Name, set); err != nil {
				checkRefusal(t, key, m.Name+" "+value, err)
			}
		}
	}
}

// prepared makes the tiny run of the fixtures with a setting.
func prepared(t *testing.T, methods, set string) error {
	t.Helper()
	s := settings{File: "tiny.yaml", Sealed: true, Set: []string{"batch=16", "max_steps=0", "max_epochs=40", set}, Flags: map[string]any{"corpus": "chat"}}
	if methods != "" {
		s.Flags["method"] = methods
	}
	if key, _, _ := strings.Cut(set, "="); s.Flags[key] != nil {
		delete(s.Flags, key)
	}
	c, err := s.fresh()
	if err != nil {
		return err
	}
	if strings.HasPrefix(set, methods+".") { // nothing else depends on settings of methods
		if _, err := c.Resolve(); err != nil {
			return config.Error{Err: err}
		}
		return nil
	}
	run, err := training.Prepare(t.Context(), c, training.Options{Threads: 1})
	run.Close()
	return err
}

// checkRefusal wants an error of usage in a sentence that names the key and has nothing of
// Go in it.
func checkRefusal(t *testing.T, key, value string, err error) {
	t.Helper()
	if code := exitCode(err); code != exitUsage && key != "corpus" && key != "dedup" { // of which the data decides
		t.Errorf("%s=%q exits %d: %v", key, value, code, err)
	}
	said := err.Error()
	if last := key[strings.LastIndex(key, ".")+1:]; keyOf(err) == "" && !strings.Contains(said, last) {
		t.Errorf("%s=%q does not name the key: %v", key, value, err)
	}
	for _, words := range []string{"strconv", "time:", "%!", "panic", "interface"} {
		if strings.Contains(strings.ReplaceAll(said, strconv.Quote(value), ""), words) {
			t.Errorf("%s=%q says %v", key, value, err)
		}
	}
}

// TestFlagRefusals gives every flag of every command that is no text an absurd value.
func TestFlagRefusals(t *testing.T) {
	tried := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			for _, value := range []string{"-3", "x", "1e400", "99999999999999999999"} {
				err := c.Flags().Set(f.Name, value)
				if err == nil {
					continue
				}
				tried++
				said := flagError(c, c.ParseFlags([]string{"--" + f.Name + "=" + value})).Error()
				if !strings.HasPrefix(said, flagName(f)+" is \""+value+"\"; it ") || strings.Contains(said, "strconv") || strings.Contains(said, "time:") {
					t.Errorf("%s: %s", c.Name(), said)
				}
			}
		})
		for _, inner := range c.Commands() {
			walk(inner)
		}
	}
	walk(newRoot())
	if tried < 100 {
		t.Errorf("%d values are refused", tried)
	}
}

// TestLocated: what is wrong in a file of settings is said with its line, in files of every
// kind, unless something stronger sets the key.
func TestLocated(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct{ name, text, want string }{
		{"c.yaml", "seed: 3\nlatent:\n  dimm: 4\n", `c.yaml:3: unknown configuration key "latent.dimm"; did you mean latent.dim?`},
		{"c.yaml", "seed: 3\nmethod: bnn\n", `c.yaml:2: there is no method "bnn"`},
		{"c.yaml", "method: bn+scale\n", `c.yaml:1: methods bn and scale both set the posterior`},
		{"c.yaml", "\npreset: tinyy\n", `c.yaml:2: there is no preset "tinyy"`},
		{"c.yaml", "method: vmf\nlatent:\n  dim: 1\n", "c.yaml:3: latent.dim is 1; vmf draws directions"},
		{"c.yaml", "seed: 1\nlatent.dim: 0\n", "c.yaml:2: latent.dim is 0"},
		{"c.json", "{\n \"latent\": {\n\"dim\": 0}}", "c.json:3: latent.dim is 0"},
		{"c.toml", "seed = 2\n[latent]\ndim = 0\n", "c.toml:3: latent.dim is 0"},
		{"c.yaml", "seed: 1\n\ncorpus: nowhere\n", "c.yaml:3: corpora: nowhere"},
		{"c.yaml", "init_from: nowhere\n", "c.yaml:1: starting from another run: "},
		{"c.yaml", "latent: 3\n", "c.yaml:1: unknown configuration key \"latent\": it is a group of settings, such as latent.dim"},
		{"c.yaml", "format: nix\n", `c.yaml:1: there is no format "nix"`},
		{"c.yaml", "corpus: c.yaml\nencoding: nix\n", "c.yaml:2: corpora: --encoding: "},
		{"c.yaml", "a: [\n", "reading --config c.yaml: line 1 is not YAML: "},
		{"c.json", `{"seed": 1,`, "reading --config c.json: it is damaged: unexpected end of JSON input"},
		{"c.toml", "seed = \n", "reading --config c.toml: it is not TOML: "},
	} {
		if err := os.WriteFile(test.name, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := trainOptions{Settings: settings{File: test.name, Sealed: true}, Path: "r", DryRun: true, Err: &strings.Builder{}, Out: &strings.Builder{}}
		err := runTrain(t.Context(), &o)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Count(err.Error(), test.name) != 1 {
			t.Errorf("%q: %v, want %s", test.text, err, test.want)
		}
	}
	path := filepath.Join("c.yaml")
	if err := os.WriteFile(path, []byte("latent: {dim: 3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := trainOptions{Settings: settings{File: path, Sealed: true, Set: []string{"latent.dim=0"}}, Path: "r"}
	if err := runTrain(t.Context(), &o); err == nil || strings.Contains(err.Error(), path) {
		t.Errorf("--set is stronger: %v", err)
	}
}

// TestShard: several ranks cut batches, unless somebody says that they must not.
func TestShard(t *testing.T) {
	for set, want := range map[string]int{"": 8, "train.shards=8": 8, "train.shards=0": -1} {
		o := trainOptions{Settings: settings{Sealed: true}}
		if set != "" {
			o.Settings.Set = []string{set}
		}
		c, err := o.Settings.fresh()
		if err != nil {
			t.Fatal(err)
		}
		switch err := o.shard(&c, 2); {
		case want < 0 && (err == nil || exitCode(err) != exitUsage || !strings.Contains(err.Error(), "train.shards is 0, and 2 ranks")):
			t.Errorf("%s: %v", set, err)
		case want > 0 && (err != nil || c.Train.Shards != want):
			t.Errorf("%q: %d shards, %v", set, c.Train.Shards, err)
		}
	}
}
