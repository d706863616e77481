package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/training"
)

// configFile writes a file of settings.
func configFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func fresh(t *testing.T, s settings) config.Config {
	t.Helper()
	c, err := s.fresh()
	if err != nil {
		t.Fatal(err)
	}
	return complete(t, c)
}

func complete(t *testing.T, c config.Config) config.Config {
	t.Helper()
	if err := c.Complete(); err != nil {
		t.Fatal(err)
	}
	return c
}

// Each layer is laid over all weaker ones, in the order of DESIGN 8.
func TestPrecedence(t *testing.T) {
	file := configFile(t, "c.yaml", "preset: small\nmax_epochs: 30\nbn: {gamma: 0.3}\n")
	tiny, err := config.FindPreset("tiny")
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		layer  string
		add    func(*settings)
		epochs int
		gamma  float64
	}{
		{"preset and method", func(*settings) {}, tiny.MaxEpochs, 0.6},
		{"file", func(s *settings) { s.File = file }, 30, 0.3},
		{"environment", func(*settings) { t.Setenv("CVAE_MAX_EPOCHS", "40"); t.Setenv("CVAE_BN_GAMMA", "0.4") }, 40, 0.4},
		{"set", func(s *settings) { s.Set = []string{"max_epochs=50", "bn.gamma=0.5"} }, 50, 0.5},
		{"flag", func(s *settings) { s.Flags = map[string]any{"max_epochs": "60"} }, 60, 0.5},
	}
	var s settings
	for _, step := range steps {
		step.add(&s)
		c := fresh(t, s)
		if got := c.Settings["bn.gamma"]; c.MaxEpochs != step.epochs || got != step.gamma {
			t.Errorf("%s: max_epochs %d, bn.gamma %v; want %d, %v", step.layer, c.MaxEpochs, got, step.epochs, step.gamma)
		}
	}
	if c := fresh(t, s); c.MaxSteps != 0 || c.Preset != "small" {
		t.Errorf("max_steps %d, preset %q; want the default 0, and small from the file", c.MaxSteps, c.Preset)
	}
}

// A preset may override defaults of methods, and the mode chooses between them:
// DESIGN 7 gives gamma 0.4 for swda; linear starts at 0 in dialogue, 0.1 in
// text (method/linear.go).
func TestMethodDefaults(t *testing.T) {
	for _, test := range []struct {
		preset, method, parameter string
		want                      float64
	}{
		{"tiny", "bn", "gamma", 0.6},
		{"swda", "bn", "gamma", 0.4},
		{"tiny", "linear", "start", 0},
		{"yahoo", "linear", "start", 0.1},
	} {
		c := fresh(t, settings{Flags: map[string]any{"preset": test.preset, "method": test.method}})
		if got := c.Settings[test.method+"."+test.parameter]; got != test.want {
			t.Errorf("%s %s.%s is %v, want %v", test.preset, test.method, test.parameter, got, test.want)
		}
	}
}

func TestDefaultPreset(t *testing.T) {
	for _, test := range []struct{ corpus, preset, want string }{
		{"", "", "tiny"}, {"builtin", "", "tiny"}, {"somewhere", "", "small"}, {"somewhere", "tiny", "tiny"}, {"", "small", "small"},
	} {
		s := settings{Flags: map[string]any{}}
		if test.corpus != "" {
			s.Flags["corpus"] = test.corpus
		}
		if test.preset != "" {
			s.Flags["preset"] = test.preset
		}
		if got := fresh(t, s).Preset; got != test.want {
			t.Errorf("corpus %q, preset %q: preset is %s, want %s", test.corpus, test.preset, got, test.want)
		}
	}
}

// Every type of setting, from a file of every kind.
func TestConfigFile(t *testing.T) {
	for name, content := range map[string]string{
		"c.yaml":   "seed: 18446744073709551615\nmax_time: 5m\nmax_steps: 1e3\ndedup: true\noptimiser: {learning_rate: 0.01, clip: 3}\nbn: {learn_beta: off, epsilon: 1e-5}\n",
		"noending": "seed: 18446744073709551615\nmax_time: 5m\nmax_steps: 1000\ndedup: true\noptimiser:\n  learning_rate: 1e-2\n  clip: 3.0\nbn:\n  learn_beta: \"off\"\n  epsilon: 0.00001\n",
		"c.json":   `{"seed":"18446744073709551615","max_time":"300s","max_steps":1000,"dedup":true,"optimiser":{"learning_rate":0.01,"clip":3},"bn":{"learn_beta":"off","epsilon":1e-5}}`,
	} {
		c := fresh(t, settings{File: configFile(t, name, content)})
		if c.Seed != 1<<64-1 || c.MaxTime != 5*time.Minute || c.MaxSteps != 1000 || !c.Dedup ||
			c.Optimiser.LearningRate != 0.01 || c.Optimiser.Clip != 3 ||
			c.Settings["bn.learn_beta"] != "off" || c.Settings["bn.epsilon"] != 1e-5 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// A key or a group without a value leaves the default.
func TestEmptyValues(t *testing.T) {
	c := fresh(t, settings{File: configFile(t, "c.yaml", "bn:\nlatent: {}\nseed:\nbatch: 8\n")})
	if c.Settings["bn.gamma"] != 0.6 || c.Seed != 1 || c.Batch != 8 {
		t.Errorf("%+v", c)
	}
}

func TestConfigErrors(t *testing.T) {
	for _, test := range []struct {
		file string
		set  string
		want string
	}{
		{file: "batch: 3.5", want: `batch is "3.5"; it must be a whole number`},
		{file: "batch: [3]", want: "batch"},
		{file: "bn: 5", want: `unknown configuration key "bn"`},
		{file: "seed: {a: 1}", want: `unknown configuration key "seed.a"`},
		{file: "lattent: {dim: 3}", want: "did you mean latent.dim?"},
		{set: "seed=-1", want: `seed is "-1"; it must be a whole number, not negative`},
		{set: "dedup=perhaps", want: `dedup is "perhaps"; it must be true or false`},
		{set: "max_time=90", want: `max_time is "90"; it must be a duration such as 90s`},
		{set: "optimiser.learning_rate=fast", want: `it must be a number`},
		{set: "optimiser.name=adm", want: `optimiser.name "adm" is neither adam nor sgd`},
		{set: "gamma=1", want: "did you mean bn.gamma?"},
		{set: "batch=1", want: "batch is 1; it must be from 2"},
		{set: "bn.gamma=11", want: "bn.gamma is 11; it must be from 0 to 10"},
	} {
		s := settings{}
		if test.file != "" {
			s.File = configFile(t, "c.yaml", test.file)
		}
		if test.set != "" {
			s.Set = []string{test.set}
		}
		c, err := s.fresh()
		if err == nil {
			_, err = training.Prepare(t.Context(), c, training.Options{})
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || exitCode(err) != exitUsage {
			t.Errorf("%s%s: error %v with status %d; want %q", test.file, test.set, err, exitCode(err), test.want)
		}
	}
}

// The environment sets every key that a file can set: no two keys share a
// variable.
// A list is written alike on the command line, in the environment and in a file.
func TestLists(t *testing.T) {
	file := configFile(t, "c.yaml", "condition: {labels: [topic, act]}\n")
	for name, s := range map[string]settings{
		"set": {Set: []string{"condition.labels=[topic,act]"}}, "bare": {Set: []string{"condition.labels=topic, act"}}, "file": {File: file},
	} {
		if c := fresh(t, s); !slices.Equal(c.Model.Condition.Labels, []string{"topic", "act"}) || c.Model.Condition.Embedding != 30 {
			t.Errorf("%s: %+v", name, c.Model.Condition)
		}
	}
	if c := fresh(t, settings{File: file, Set: []string{"condition.labels=[]"}}); c.Model.Condition.On() {
		t.Errorf("an empty list: %+v", c.Model.Condition)
	}
	t.Setenv("CVAE_CONDITION_LABELS", "mood")
	c := fresh(t, settings{})
	if !slices.Equal(c.Model.Condition.Labels, []string{"mood"}) {
		t.Errorf("environment: %+v", c.Model.Condition)
	}
	again, err := settings{}.over(c)
	if err != nil || !slices.Equal(again.Model.Condition.Labels, []string{"mood"}) {
		t.Errorf("over a saved run: %+v, %v", again.Model.Condition, err)
	}
}

func TestVariables(t *testing.T) {
	if got := variable("optimiser.learning_rate"); got != "CVAE_OPTIMISER_LEARNING_RATE" {
		t.Errorf("the variable is %s", got)
	}
	owner := map[string]string{}
	for _, key := range config.Keys() {
		if other, taken := owner[variable(key)]; taken {
			t.Errorf("%s and %s share %s", key, other, variable(key))
		}
		owner[variable(key)] = key
	}
}

// A resumed run keeps what was saved but for what is given.
func TestOverSaved(t *testing.T) {
	saved := fresh(t, settings{Set: []string{"latent.dim=7", "bn.gamma=0.2"}})
	c, err := settings{Set: []string{"max_steps=5"}}.over(saved)
	if err != nil {
		t.Fatal(err)
	}
	c = complete(t, c)
	if c.Model.Latent.Dim != 7 || c.Settings["bn.gamma"] != 0.2 || c.MaxSteps != 5 || c.MaxEpochs != saved.MaxEpochs {
		t.Errorf("%+v", c)
	}
}
