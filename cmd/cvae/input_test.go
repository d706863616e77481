package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestInputs(t *testing.T) {
	var turns [][]string
	var numbers []int
	for i, err := range inputs(t.Context(), strings.NewReader("one\n\n {\"context\":[\"a\",\"b\"]}\r\n{\"context\":[]}\nlast"), nil, parseContext) {
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
		{parseContext, `{"labels":{}}`, `line 1: the object has no "context"`},
		{parseContext, `{"contexts":["a"]}`, `line 1: there is no key "contexts"; there are context, labels, id, seed, n, temperature; did you mean context?`},
		{parseContext, `{"context":["a"],"n":"3"}`, `line 1: "n" must be a whole number, not a JSON string`},
		{parseContext, `{"context":["a"],"seed":1.5}`, `line 1: "seed" must be a whole number of 64 bits`},
		{parseContext, `{"context":["a"],"n":1,"n":2}`, `line 1: the key "n" stands in it twice`},
		{parseContext, `{"context":["a"],"temperature":[]}`, `line 1: "temperature" must be a number, not a JSON array`},
		{parseContext, `{"context":["a"],"id":{}}`, `line 1: "id" must be a string or a number`},
		{parseContext, `{"context":null}`, `line 1: the object has no "context"`},
		{parseContext, `{"context":["a"],"labels":["topic"]}`, `line 1: "labels" must be an object of strings, not a JSON array`},
		{parseContext, `{"context":["a"],"labels":{"topic":1}}`, `must be an object of strings, not a JSON number`},
		{parseContext, "\x00h\x00i", "line 1: the line holds a NUL byte, as UTF-16 does"},
		{pair, `plain`, "line 1: it is not a JSON object"},
		{pair, `{"context":["a"],"response":3}`, `line 1: "response" must be a string, not a JSON number`},
		{pair, `{"context":["a"]}`, `line 1: the object has no "response"`},
		{pair, strings.Repeat("x", longestLine+1), "reading line 1: bufio.Scanner: token too long"},
	} {
		var last error
		for _, err := range inputs(t.Context(), strings.NewReader(test.text), nil, test.parse) {
			if last = err; err != nil {
				break
			}
		}
		if last == nil || !strings.Contains(last.Error(), test.want) {
			t.Errorf("%.30q: error %v, want %q", test.text, last, test.want)
		}
	}
}

// TestCounts: a whole number may be written as those without one kind for them do, and a
// line with a fault keeps the number that it asks for.
func TestCounts(t *testing.T) {
	for text, faulty := range map[string]bool{
		`{"context":["a"],"n":3.0}`: false, `{"context":["a"],"n":3e0}`: false,
		`{"id":"r","n":3,"context":["hi"],"bar":2}`: true, `{"n":3,"context":["hi"],"seed":1.5}`: true, `{"n":3,"context":["hi"],"id":[]}`: true, `{"n":3}`: true, `{"context":["hi"],"context":["x"],"n":3}`: true,
	} {
		i, err := parseContext(text)
		if (err != nil) != faulty || i.N == nil || *i.N != 3 {
			t.Errorf("%s: n %v, %v", text, i.N, err)
		}
	}
	if _, err := parseContext(`{"context":["a"],"n":2.5}`); err == nil || !strings.Contains(err.Error(), `"n" must be a whole number`) {
		t.Errorf("n 2.5: %v", err)
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

// TestPackedInputs gives every command a zip archive in the place of each file but a
// corpus: one sentence says what it is and what to do, before any work.
func TestPackedInputs(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(writeFixtures("."), os.WriteFile("a.zip", []byte("PK\x03\x04\x14\x00\x00\x00rest"), 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	run := func(in io.Reader, args ...string) (int, string) {
		var errs bytes.Buffer
		return execute(context.Background(), args, in, io.Discard, &errs), errs.String()
	}
	train := []string{"train", "--corpus", "chat", "--config", "tiny.yaml"}
	if code, errs := run(nil, append(train, "--out", "run")...); code != 0 {
		t.Fatal(errs)
	}
	for _, args := range [][]string{
		{"train", "--corpus", "chat", "--config", "a.zip", "--out", "x"}, append(train, "--out", "x", "--init", "a.zip"),
		append(train, "--out", "x", "--set", "tokenizer.kind=file", "--set", "tokenizer.file=a.zip"), append(train, "--out", "x", "--set", "embedding.init=a.zip"),
		{"train", "--resume", "--out", "a.zip"},
		{"eval", "a.zip"}, {"reply", "a.zip", "hello"}, {"chat", "a.zip"}, {"probe", "a.zip", "--labels", "act"}, {"watch", "a.zip", "--plain"}, {"check", "a.zip"},
		{"score", "a.zip", "chat/test.jsonl"}, {"score", "run", "a.zip"}, {"reconstruct", "a.zip", "hello"}, {"interpolate", "a.zip", "hello", "bye"}, {"export", "a.zip", "x"},
		{"report", "a.zip", "--out", "report"}, {"report", "run", "--out", "report", "--vectors", "a.zip"}, {"compare", "--experiment", "a.zip", "--out", "c"},
	} {
		if code, errs := run(nil, args...); code == 0 || !strings.Contains(errs, "it is a zip archive; unpack it") {
			t.Errorf("%q: status %d: %s", args, code, errs)
		}
	}
	for _, args := range [][]string{{"reply", "run"}, {"score", "run"}, {"chat", "run"}} {
		if code, errs := run(strings.NewReader("PK\x03\x04\x14\x00\x00\x00rest"), args...); code != exitUsage || !strings.Contains(errs, "it is a zip archive; unpack it") {
			t.Errorf("%q of a zip: status %d: %s", args, code, errs)
		}
	}
	if _, err := os.Stat("x/config.yaml"); err == nil {
		t.Error("a run was made of a zip")
	}
}
