package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/run"
)

// TestParseText reads a line as it stands, or an object with "response".
func TestParseText(t *testing.T) {
	for line, want := range map[string]run.Pair{
		"the cat":                              {Response: "the cat"},
		`["the cat"]`:                          {Response: `["the cat"]`},
		`{"response":"a"}`:                     {Response: "a"},
		`{"context":[],"response":"a"}`:        {Context: []string{}, Response: "a"},
		`{"context":["x","y"],"response":"a"}`: {Context: []string{"x", "y"}, Response: "a"},
		`{"labels":{"b":"c"},"response":"a"}`:  {Labels: map[string]string{"b": "c"}, Response: "a"},
	} {
		got, err := parseText(line)
		if diff := cmp.Diff(want, got.Pair); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", line, err, diff)
		}
	}
	for _, line := range []string{"{", `{"text":"a"}`, `{"response":3}`, `{"context":"x","response":"a"}`} {
		if got, err := parseText(line); err == nil {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// FuzzParseText never panics, and takes whatever is no object as it stands.
func FuzzParseText(f *testing.F) {
	for _, seed := range []string{"the cat", `{"response":"a"}`, `{"context":[null],"response":"a"}`, "{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got, err := parseText(line)
		if object := line != "" && line[0] == '{'; !object && (err != nil || got.Response != line) {
			t.Errorf("%q: %+v, %v", line, got, err)
		}
	})
}
