package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cvae": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("ESC", "\x1b")
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			return writeFixtures(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"truncate": truncate, "glob": glob, "scribble": scribble},
	})
}

// truncate FILE BYTES cuts a file.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), int64(size)))
}

// glob PATTERN wants a file of that name.
func glob(ts *testscript.TestScript, neg bool, args []string) {
	if found := matching(ts, args); (len(found) == 0) != neg {
		ts.Fatalf("%s matches %v", args[0], found)
	}
}

// scribble PATTERN overwrites files.
func scribble(ts *testscript.TestScript, _ bool, args []string) {
	for _, path := range matching(ts, args) {
		ts.Check(os.WriteFile(path, []byte("scribble"), 0o600))
	}
}

func matching(ts *testscript.TestScript, args []string) []string {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	return found
}

// tinyConfig shrinks preset small so far that 30 steps take a fraction of a
// second.
const tinyConfig = `encoder: {hidden: 8, embedding: 8}
context: {hidden: 8}
decoder: {hidden: 8, bag_of_words: 8}
latent: {dim: 4, prior: 8, recognition: 8}
batch: 4
log_interval: 10
max_steps: 30
`

// writeFixtures writes tiny.yaml and the corpora chat, of dialogues, and
// cats, of sentences.
func writeFixtures(dir string) error {
	asks := []string{"do you like tea ?", "what is your name ?", "is it raining ?", "shall we go ?"}
	answers := []string{"yes , very much .", "no , not really .", "i do not know .", "maybe later ."}
	verbs, places := []string{"sat", "lay", "ran"}, []string{"mat", "bed"}
	files := map[string]string{"tiny.yaml": tinyConfig}
	for split, n := range map[string]int{"train": 24, "valid": 4, "test": 4} {
		var chat, cats strings.Builder
		for i := range n {
			fmt.Fprintf(&chat, "{\"turns\":[%q,%q,%q]}\n", asks[i%4], answers[(i*7+i/4)%4], asks[(i+1)%4])
			fmt.Fprintf(&cats, "the cat %s on the %s .\n", verbs[i%3], places[i%2])
		}
		files[filepath.Join("chat", split+".jsonl")] = chat.String()
		files[filepath.Join("cats", split+".txt")] = cats.String()
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			return err
		}
	}
	return nil
}
