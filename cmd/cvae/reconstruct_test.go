package main

import (
	"slices"
	"testing"
)

// TestParseText reads a line as it stands, or an object with "response".
func TestParseText(t *testing.T) {
	for line, want := range map[string]input{
		"the cat":                              {response: "the cat"},
		`["the cat"]`:                          {response: `["the cat"]`},
		`{"response":"a"}`:                     {response: "a"},
		`{"context":[],"response":"a"}`:        {turns: []string{}, response: "a"},
		`{"context":["x","y"],"response":"a"}`: {turns: []string{"x", "y"}, response: "a"},
	} {
		got, err := parseText(line)
		if err != nil || got.response != want.response || !slices.Equal(got.turns, want.turns) || (got.turns == nil) != (want.turns == nil) {
			t.Errorf("%s: %+v, %v", line, got, err)
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
		if object := line != "" && line[0] == '{'; !object && (err != nil || got.response != line) {
			t.Errorf("%q: %+v, %v", line, got, err)
		}
	})
}
