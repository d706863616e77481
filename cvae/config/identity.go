package config

import (
	"fmt"
	"maps"
	"slices"
)

// elsewhere are the settings that decide nothing of what a run computes: how
// often it logs, which kernels the machine has, and what the content of the
// corpus says better.
var elsewhere = []string{"corpus", "format", "map", "encoding", "gap", "clean", "skip_bad", "dedup", "log_interval", "kernels", "embedding.found"}

// Deciding are the settings that decide what a run computes, by key, without the
// corpus. c must be complete.
func (c Config) Deciding() map[string]string {
	deciding := map[string]string{}
	for key, value := range c.values() {
		if !slices.Contains(elsewhere, key) {
			deciding[key] = fmt.Sprint(value)
		}
	}
	return deciding
}

// Identity is Deciding without the defaults of the preset and the methods, so
// that a setting that comes new, with a default that leaves runs as they were,
// changes the identity of none. c must be complete.
func (c Config) Identity() (map[string]string, error) {
	plain, err := Defaults(c.Preset)
	if err != nil {
		return nil, err
	}
	plain.Method = c.Method
	if err := plain.Complete(); err != nil {
		return nil, err
	}
	identity, usual := c.Deciding(), plain.Deciding()
	maps.DeleteFunc(identity, func(key, value string) bool { was, known := usual[key]; return known && was == value })
	identity["preset"], identity["method"], identity["seed"] = c.Preset, c.Method, fmt.Sprint(c.Seed)
	return identity, nil
}
