package main

import (
	"slices"
	"strings"
	"testing"
)

func TestInputs(t *testing.T) {
	var turns [][]string
	var numbers []int
	for i, err := range inputs(t.Context(), strings.NewReader("one\n\n {\"context\":[\"a\",\"b\"]}\r\n{\"context\":[]}\nlast"), parseContext) {
		if err != nil {
			t.Fatal(err)
		}
		turns, numbers = append(turns, i.Context), append(numbers, i.line)
	}
	want := [][]string{{"one"}, {"a", "b"}, {}, {"last"}}
	if !slices.EqualFunc(turns, want, slices.Equal) || !slices.Equal(numbers, []int{1, 3, 4, 5}) {
		t.Errorf("contexts %q of lines %v", turns, numbers)
	}
}

func TestInputErrors(t *testing.T) {
	pair := func(s string) (input, error) { return parsePair(s) }
	for _, test := range []struct {
		parse      func(string) (input, error)
		text, want string
	}{
		{parseContext, "a\n{\"context\":", "line 2: it is not a JSON object: unexpected end"},
		{parseContext, `{"context":"a"}`, `line 1: "context" must be a list of strings, not a JSON string`},
		{parseContext, `{"contexts":["a"]}`, `line 1: the object has no "context"`},
		{parseContext, `{"context":null}`, `line 1: the object has no "context"`},
		{parseContext, `{"context":["a"],"labels":["topic"]}`, `line 1: "labels" must be an object of strings, not a JSON array`},
		{parseContext, `{"context":["a"],"labels":{"topic":1}}`, `must be an object of strings, not a JSON number`},
		{pair, `plain`, "line 1: it is not a JSON object"},
		{pair, `{"context":["a"],"response":3}`, `line 1: "response" must be a string, not a JSON number`},
		{pair, `{"context":["a"]}`, `line 1: the object has no "response"`},
		{pair, strings.Repeat("x", longestLine+1), "reading line 1: bufio.Scanner: token too long"},
	} {
		var last error
		for _, err := range inputs(t.Context(), strings.NewReader(test.text), test.parse) {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), test.want) {
			t.Errorf("%.30q: error %v, want %q", test.text, last, test.want)
		}
	}
}

func FuzzParseContext(f *testing.F) {
	f.Add(`{"context":["a"]}`)
	f.Add("{")
	f.Fuzz(func(t *testing.T, text string) {
		if i, err := parseContext(text); err == nil && i.Context == nil {
			t.Errorf("%q gives no turns and no error", text)
		}
		if _, err := parsePair(text); err == nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			t.Errorf("%q is taken for a pair", text)
		}
	})
}
