package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/safe"
)

// hostile is a name that acts on a terminal that prints it: OSC 52 sets the clipboard,
// U+009B clears the screen, U+202E reorders what follows.
const hostile = "x\x1b]52;c;aGk=\a\u009b2J\u202ey"

// hostileCorpus writes dialogues in which every text, label and name of a label is
// hostile, and returns their path, which is too.
func hostileCorpus(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, hostile+".jsonl")
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for i := range 60 {
		turn := func(n int) map[string]any {
			return map[string]any{"text": fmt.Sprintf("hello %s %d", hostile, n), "labels": map[string]string{"act": fmt.Sprint(hostile, n%2), hostile: "a"}}
		}
		if err := e.Encode(map[string]any{"turns": []any{turn(i % 7), turn(i % 5)}, "labels": map[string]string{"topic": fmt.Sprint(hostile, i%3)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// onlyShows checks that text does nothing but show.
func onlyShows(t *testing.T, what string, text []byte) {
	t.Helper()
	if safe.Text(string(text)) != string(text) {
		line := slices.IndexFunc(strings.Split(string(text), "\n"), func(l string) bool { return safe.Text(l) != l })
		t.Errorf("%s: line %d acts on a terminal: %q", what, line+1, strings.Split(string(text), "\n")[line])
	}
}

// TestHostileNames walks every command with names, labels, paths and keys of the log
// that act on a terminal, and looks at every byte that is printed and at every text
// that is written.
func TestHostileNames(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := writeFixtures("."); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	corpus := hostileCorpus(t, ".")
	dir := "run" + hostile
	pairs := filepath.Join(t.TempDir(), "pairs.jsonl")
	if err := os.WriteFile(pairs, []byte(`{"context":["hello"],"response":"hello"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	train := []string{"train", "--corpus", corpus, "--config", "tiny.yaml", "--out", dir, "--set", "condition.labels=[topic,act]", "--max-steps", "10"}
	for _, command := range [][]string{
		train, {"train", "--resume", "--out", dir, "--max-steps", "12", "--json"}, {"train", "--out", dir}, {"train", "--dry-run", "--corpus", corpus},
		{"train", "--corpus", hostile}, {"train", "--set", hostile + "=1"}, {"train", "--config", hostile}, {"train", "--" + hostile},
		{"eval", dir, "--iw", "0"}, {"eval", dir, "--json"}, {"eval", hostile}, {"eval", dir, "--corpus", hostile},
		{"reply", dir, "hello " + hostile}, {"reply", dir, "hello", "--json"}, {"reply", dir, "hello", "--label", "topic=" + hostile}, {"reply", dir, "hello", "--label", hostile + "=a"},
		{"chat", dir}, {"chat", "--list"}, {"chat", hostile}, {"chat", dir, "--plain"}, {"chat", dir, "--with", dir, "--turns", "3"}, {"chat", dir, "--with", hostile}, {"chat", dir, "--plain", "--resume", hostile},
		{"probe", dir, "--labels", "act"}, {"probe", dir, "--labels", "act", "--json"}, {"probe", dir, "--labels", hostile},
		{"report", dir, "--out", "report", "--lm-steps", "0", "--max-contexts", "4"}, {"report", dir, "--out", "report", "--lm-steps", "0", "--max-contexts", "4", "--json"},
		{"compare", "--experiment", hostile, "--out", "c"},
		{"experiment", hostile}, {"experiment", "committed-rate", "--out", "rate" + hostile}, {"experiment", "synthetic", "--data", hostile, "--out", "c"},
		{"score", dir, pairs}, {"score", dir, hostile},
		{"reconstruct", dir, "--context", "hello", "hello " + hostile}, {"interpolate", dir, "--context", "hello", "hello", "bye " + hostile},
		{"watch", dir, "--plain"}, {"watch", hostile},
		{"corpus", "stats", corpus}, {"corpus", "stats", corpus, "--json"}, {"corpus", "show", corpus}, {"corpus", "show", corpus, "--json"}, {"corpus", "formats"},
		{"corpus", "convert", corpus, "out.jsonl"}, {"corpus", "convert", corpus, corpus, "mixed.jsonl", "--filter", "talk"}, {"corpus", hostile},
		{"export", dir, "model" + hostile}, {"export", hostile, "out"}, {"import", hostile, "back"}, {"import", "model" + hostile, "back" + hostile},
		{"explore", hostile}, {"explore", dir, "--listen", hostile}, {"explore", dir, "--split", hostile}, {"explore", dir, "--corpus", hostile}, {"explore", dir, "--label", hostile + "=a"},
		{"serve", hostile}, {"serve", dir, "--listen", hostile}, {"serve", dir, "--token-file", hostile}, {"serve", dir, dir, "--listen", "127.0.0.1:0"}, {"serve", dir, "--listen", "256.0.0.1:0", "--token-file", pairs},
		{"serve", dir, "--ssh", hostile}, {"serve", dir, "--ssh", ":0", "--authorized-keys", hostile}, {"serve", dir, "--ssh", ":0", "--authorized-keys", pairs}, {"serve", dir, "--ssh", "256.0.0.1:0", "--authorized-keys", hostile},
		{"check", dir}, {"check", dir, "--json"}, {"check", hostile},
		{"methods"}, {"bench", hostile}, {"version"}, {"man", "man" + hostile}, {"man", corpus}, {"help", hostile}, {"completion", "bash"}, {hostile},
	} {
		for _, log := range []string{"", `{"kind":"step","step":1,"epoch":1,"phase":"` + hostileJSON() + `","observed":{"` + hostileJSON() + `":1}}` + "\n" + `{"kind":"warning","message":"` + hostileJSON() + `"}` + "\n"} {
			if log != "" && command[0] != "watch" {
				continue
			}
			if log != "" {
				if err := os.WriteFile(filepath.Join(dir, rundir.LogFile), []byte(log), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out, errs bytes.Buffer
			execute(context.Background(), command, strings.NewReader("hello\n"), &out, &errs)
			onlyShows(t, fmt.Sprintf("%q to standard output", command), out.Bytes())
			onlyShows(t, fmt.Sprintf("%q to standard error", command), errs.Bytes())
		}
		if command[0] == "train" && len(command) == len(train) {
			if _, err := os.Stat(filepath.Join(dir, rundir.CardFile)); err != nil {
				t.Fatal(err) // or nothing of this is looked at
			}
		}
	}
	writtenOnlyShows(t, "report", dir)
	for _, c := range newRoot().Commands() {
		if !slices.Contains([]string{"train", "eval", "reply", "chat", "probe", "report", "compare", "experiment", "score", "reconstruct", "interpolate", "serve", "explore", "watch", "corpus", "check", "export", "import", "methods", "bench", "version", "man", "help", "completion"}, c.Name()) {
			t.Errorf("the command %s is not walked", c.Name())
		}
	}
}

// hostileJSON is hostile inside a string of JSON.
func hostileJSON() string {
	b, err := json.Marshal(hostile)
	if err != nil {
		panic(err) // it is a string
	}
	return string(b[1 : len(b)-1])
}

// writtenOnlyShows looks at the texts in folders, but for tokenizer.json, whose strings
// are tokens, and log.jsonl, which the test wrote itself.
func writtenOnlyShows(t *testing.T, folders ...string) {
	t.Helper()
	seen := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !slices.Contains([]string{".json", ".md", ".html", ".tsv", ".yaml", ".svg", ".pbtxt"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			seen++
			onlyShows(t, path, text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 10 {
		t.Errorf("%d files were looked at", seen)
	}
}
