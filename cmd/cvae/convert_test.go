package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora"
)

func TestConvertOptions(t *testing.T) {
	same(t, optionsOf(t, newCorpusConvert, "a", "b"),
		convertOptions{Read: corpusOptions{Open: corpora.Options{Seed: 1}}, Paths: []string{"a"}, Target: "b", To: "jsonl"})
	same(t, optionsOf(t, newCorpusConvert, strings.Fields("a c b.tsv --times 2,1 --filter talk --format jsonl --to tsv --split test --seed 2 --dedup --skip-bad --json")...),
		convertOptions{
			Paths: []string{"a", "c"}, Times: []int{2, 1}, Filter: "talk",
			Read:   corpusOptions{Open: corpora.Options{Format: "jsonl", SkipBad: true, Dedup: true, Seed: 2}, Split: "test", JSON: true},
			Target: "b.tsv", To: "tsv",
		})
}

// An interrupted conversion ends with status 130 and leaves nothing.
func TestConvertInterrupted(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	var out, errs bytes.Buffer
	code := supervised(ctx, []string{"corpus", "convert", "chat", "out"}, strings.NewReader(""), &out, &errs)
	if code != exitInterrupted || errs.String() != "cvae: interrupted\n" || out.Len() > 0 {
		t.Errorf("status %d, %q, %q", code, errs.String(), out.String())
	}
	after, err := os.ReadDir(".")
	if err != nil || len(after) != len(before) {
		t.Errorf("%d entries were there and %d are, %v", len(before), len(after), err)
	}
}
