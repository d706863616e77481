package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// latinTalk writes dialogues in a shape of their own, in Latin-1 and with tags, and the
// same dialogues as jsonl.
func latinTalk(t *testing.T) {
	t.Helper()
	var own, plain strings.Builder
	for i := range 60 {
		ask, answer := fmt.Sprintf("le caf\xe9 num\xe9ro %d ?", i%7), fmt.Sprintf("oui , le %d \xe9tait bon .", i)
		fmt.Fprintf(&own, `{"mood":"m%d","chat":[{"said":"<b>%s</b>"},{"said":"%s"}]}`+"\n", i%2, ask, answer)
		utf8 := strings.NewReplacer("\xe9", "é")
		fmt.Fprintf(&plain, `{"labels":{"mood":"m%d"},"turns":["%s","%s"]}`+"\n", i%2, utf8.Replace(ask), utf8.Replace(answer))
	}
	for name, text := range map[string]string{"own.jsonl": own.String(), "plain.jsonl": plain.String()} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGapIsKept: the gap of train stands in the run, and eval reads as many pairs with it as corpus stats counts.
func TestGapIsKept(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var chat strings.Builder
	for day := range 90 { // a pause of an hour every day
		date := fmt.Sprintf("%d/%d/2023", 1+day%28, 1+day/28)
		for i, text := range []string{"is it late ?", "very late .", "good morning", "hello there"} {
			fmt.Fprintf(&chat, "%s, %d:00 - %s: %s\n", date, 10+i/2, []string{"Ann", "Ben"}[i%2], text)
		}
	}
	if err := os.WriteFile("chat.txt", []byte(chat.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	called(t, "train", "--config", "tiny.yaml", "--corpus", "chat.txt", "--gap", "30m", "--max-steps", "2", "--out", "own")
	saved, err := os.ReadFile(filepath.Join("own", "config.yaml"))
	if err != nil || !strings.Contains(string(saved), "gap: 30m0s\n") {
		t.Errorf("config.yaml, %v: %s", err, saved)
	}
	for gap, same := range map[string]bool{"30m": true, "2h": false} {
		counted := called(t, "corpus", "stats", "chat.txt", "--gap", gap, "--json")
		var stats struct {
			Splits map[string]struct{ Pairs int }
		}
		var eval struct{ Examples int }
		if err := errors.Join(json.Unmarshal([]byte(counted), &stats), json.Unmarshal([]byte(called(t, "eval", "own", "--iw", "0", "--json")), &eval)); err != nil {
			t.Fatal(err)
		}
		if (stats.Splits["test"].Pairs == eval.Examples) != same {
			t.Errorf("gap %s: %d pairs, and eval had %d", gap, stats.Splits["test"].Pairs, eval.Examples)
		}
	}
	refused(t, "it must be a time longer than 0", "corpus", "stats", "chat.txt", "--gap", "0")
	refused(t, "--gap says how to read --corpus, which is missing", "eval", "own", "--gap", "1h")
	refused(t, "it must be a time longer than 0", "corpus", "show", "chat.txt", "--gap", "-1h")
}

// TestReadingIsKept: what train is told of how to read a corpus stands in the run, and
// eval, report, probe and resume read it in that way. The measure is the run on the same
// dialogues that need nothing of it.
func TestReadingIsKept(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	latinTalk(t)
	reading := []string{"--map", "turns=chat[].said, mood=mood", "--encoding", "latin1", "--clean"}
	train := func(more ...string) []string { return append([]string{"train", "--config", "tiny.yaml"}, more...) }
	called(t, train("--corpus", "plain.jsonl", "--out", "plain")...)
	called(t, train(append([]string{"--corpus", "own.jsonl", "--out", "own"}, reading...)...)...)
	saved, err := os.ReadFile(filepath.Join("own", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"map: turns=chat[].said, mood=mood\n", "encoding: latin1\n", "clean: true\n"} {
		if !strings.Contains(string(saved), line) {
			t.Errorf("config.yaml lacks %q", line)
		}
	}
	same := func(command string, more ...string) {
		t.Helper()
		want := called(t, append([]string{command, "plain"}, more...)...)
		got := called(t, append([]string{command, "own"}, more...)...)
		if got = strings.NewReplacer(`"run":"own"`, `"run":"plain"`, "own.jsonl", "plain.jsonl").Replace(got); got != want {
			t.Errorf("cvae %s: %s, want %s", command, got, want)
		}
	}
	same("eval", "--iw", "0", "--json")
	same("probe", "--labels", "mood", "--draws", "1", "--json")
	called(t, "report", "own", "--out", "reported", "--lm-steps", "0", "--max-contexts", "2")
	called(t, "train", "--resume", "--out", "own", "--max-steps", "32")
	called(t, "train", "--resume", "--out", "plain", "--max-steps", "32")
	if err := os.Rename("own.jsonl", "moved.jsonl"); err != nil {
		t.Fatal(err)
	}
	want := called(t, "eval", "plain", "--iw", "0", "--json")
	for _, more := range [][]string{{"--corpus", "moved.jsonl"}, append([]string{"--corpus", "moved.jsonl"}, reading...)} {
		got := called(t, append([]string{"eval", "own", "--iw", "0", "--json"}, more...)...)
		if got = strings.NewReplacer(`"run":"own"`, `"run":"plain"`, "moved.jsonl", "plain.jsonl").Replace(got); got != want {
			t.Errorf("%v: %s, want %s", more, got, want)
		}
	}
	refused(t, "the run was started with another configuration (encoding is now gbk and was latin1)", "train", "--resume", "--out", "own", "--corpus", "moved.jsonl", "--encoding", "gbk")
	refused(t, "--clean says how to read --corpus, which is missing", "eval", "own", "--clean")
	refused(t, "say where the turns are, as in --map 'turns=chat[].said'", train("--corpus", "moved.jsonl", "--encoding", "latin1", "--out", "none")...)
}

// refused calls a command that must say so.
func refused(t *testing.T, why string, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := supervised(t.Context(), args, strings.NewReader(""), &out, &errs); code == exitOK || !strings.Contains(errs.String(), why) {
		t.Errorf("cvae %s: status %d, %s, want %s", strings.Join(args, " "), code, errs.String(), why)
	}
}

// TestWarning: each warning is printed once.
func TestWarning(t *testing.T) {
	var out strings.Builder
	warn := warning(&out)
	for _, text := range []string{"a", "b", "a"} {
		warn(text)
	}
	if got := out.String(); got != "warning: a\nwarning: b\n" {
		t.Errorf("%q", got)
	}
}
