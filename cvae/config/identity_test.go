package config

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/method"
)

// TestIdentity: what decides a run stands in its identity where it is not a
// default, and nothing else does.
func TestIdentity(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   map[string]string
	}{
		"defaults":                {func(*Config) {}, nil},
		"a default that is given": {func(c *Config) { c.Batch, c.Settings = 32, method.Settings{"bn.gamma": 0.6} }, nil},
		"nothing that decides":    {func(c *Config) { c.Corpus, c.Format, c.LogInterval, c.Kernels = "elsewhere", "jsonl", 7, "avx2" }, nil},
		"how the corpus is read":  {func(c *Config) { c.Map, c.Encoding, c.Clean = "turns=text", "gbk", true }, nil},
		"batch":                   {func(c *Config) { c.Batch = 64 }, map[string]string{"batch": "64"}},
		"steps":                   {func(c *Config) { c.MaxSteps = 10 }, map[string]string{"max_steps": "10"}},
		"a setting of the method": {func(c *Config) { c.Settings = method.Settings{"bn.gamma": "1"} }, map[string]string{"bn.gamma": "1"}},
		"one of another method":   {func(c *Config) { c.Settings = method.Settings{"beta.weight": "0.1"} }, nil},
		"labels":                  {func(c *Config) { c.Model.Condition.Labels = []string{"topic"} }, map[string]string{"condition.labels": "[topic]", "condition.embedding": "30"}},
	} {
		given, err := Defaults("tiny")
		if err != nil {
			t.Fatal(err)
		}
		c.change(&given)
		if err := given.Complete(); err != nil {
			t.Fatal(err)
		}
		got, err := given.Identity()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"preset": "tiny", "method": "bn", "seed": "1"}
		maps.Copy(want, c.want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
