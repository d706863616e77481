package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/experiment"
)

// TestIdentify: the hash of a trial changes with what decides its result and
// with nothing else.
func TestIdentify(t *testing.T) {
	read := map[string]string{} // corpora, once
	identify := func(change func(*compareOptions, *experiment.Trial)) string {
		t.Helper()
		o := &compareOptions{Jobs: 1}
		trial := experiment.Trial{Spec: experiment.Spec{Corpus: "builtin", Preset: "tiny", Split: "test"}, Row: experiment.Row{Method: "bn"}, Seed: 1}
		trial.Row.MaxSteps = 10
		change(o, &trial)
		l := newLab(o)
		l.corpora = read
		id, err := l.Identify(context.Background(), trial)
		if err != nil {
			t.Fatal(err)
		}
		return id.Hash
	}
	other := filepath.Join(t.TempDir(), "corpus.jsonl")
	if err := os.WriteFile(other, []byte(`{"turns":[{"text":"who are you ?"},{"text":"a program"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	base := identify(func(*compareOptions, *experiment.Trial) {})
	for name, change := range map[string]func(*compareOptions, *experiment.Trial){
		"jobs and threads": func(o *compareOptions, _ *experiment.Trial) { o.Jobs, o.Threads = 2, 4 },
		"time granted":     func(_ *compareOptions, tr *experiment.Trial) { tr.MaxTime = time.Minute },
		"environment":      func(*compareOptions, *experiment.Trial) { t.Setenv("CVAE_BATCH", "16") },
		"logging":          func(_ *compareOptions, tr *experiment.Trial) { tr.Row.Set = map[string]any{"log_interval": 3} },
		"defaults": func(_ *compareOptions, tr *experiment.Trial) {
			tr.Row.Set = map[string]any{"batch": 32, "bn.gamma": 0.6}
		},
		"default samples": func(_ *compareOptions, tr *experiment.Trial) { tr.Spec.Samples = 20 },
		"names":           func(_ *compareOptions, tr *experiment.Trial) { tr.Spec.Name, tr.Row.Name = "other", "other" },
	} {
		if identify(change) != base {
			t.Errorf("%s: the hash is another", name)
		}
	}
	for name, change := range map[string]func(*experiment.Trial){
		"seed":              func(tr *experiment.Trial) { tr.Seed = 2 },
		"method":            func(tr *experiment.Trial) { tr.Row.Method = "vae" },
		"preset":            func(tr *experiment.Trial) { tr.Spec.Preset = "small" },
		"corpus":            func(tr *experiment.Trial) { tr.Spec.Corpus = other },
		"setting":           func(tr *experiment.Trial) { tr.Row.Set = map[string]any{"bn.gamma": 0.5} },
		"of all rows":       func(tr *experiment.Trial) { tr.Spec.Set = map[string]any{"batch": 16} },
		"steps":             func(tr *experiment.Trial) { tr.Row.MaxSteps = 20 },
		"the row's minutes": func(tr *experiment.Trial) { tr.Row.Limits.MaxTime = time.Minute },
		"split":             func(tr *experiment.Trial) { tr.Spec.Split = "valid" },
		"samples":           func(tr *experiment.Trial) { tr.Spec.Samples = 50 },
		"probe":             func(tr *experiment.Trial) { tr.Spec.Probe = "intent" },
		"diversity":         func(tr *experiment.Trial) { tr.Spec.Diversity = 10 },
	} {
		if identify(func(_ *compareOptions, tr *experiment.Trial) { change(tr) }) == base {
			t.Errorf("%s: the hash is the same", name)
		}
	}
}
