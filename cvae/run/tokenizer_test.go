package run

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// TestByteLevelRun trains with a byte-level encoding, and then another run with
// the file of the first.
func TestByteLevelRun(t *testing.T) {
	c := config(t, corpus(t))
	c.Tokenizer.Kind, c.Tokenizer.Size = "bpe", 300
	first := trained(t, c, 1)
	c.Tokenizer = train.Tokenizer{Kind: "file", File: filepath.Join(first, rundir.TokenizerFile), Split: "punct"}
	for _, dir := range []string{first, trained(t, c, 1)} {
		r, err := Open(dir, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, ok := r.Tokenizer.(*tokenize.BPE); !ok {
			t.Errorf("the tokenizer of %s is a %T", dir, r.Tokenizer)
		}
		if reply := respond(t, r, dialog.Request{Context: []string{"Is it naïve? 你好"}, N: 2}); len(reply.Responses) != 2 {
			t.Errorf("%d responses", len(reply.Responses))
		}
	}
}

func TestCheckTokenizer(t *testing.T) {
	good := train.Tokenizer{Kind: "words", Split: "punct"}
	if err := checkTokenizer(good); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*train.Tokenizer){
		"tokenizer.kind":         func(c *train.Tokenizer) { c.Kind = "unigram" },
		"tokenizer.file is em":   func(c *train.Tokenizer) { c.Kind = "file" },
		"tokenizer.kind=file":    func(c *train.Tokenizer) { c.File = "x.json" },
		"tokenizer.split":        func(c *train.Tokenizer) { c.Split = "none" },
		"tokenizer.size is 4":    func(c *train.Tokenizer) { c.Size = 4 },
		"must be at least 260, ": func(c *train.Tokenizer) { c.Kind, c.Size = "bpe", 259 },
	} {
		c := good
		change(&c)
		if err := checkTokenizer(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", c, err, want)
		}
	}
}

func TestMissingTokenizerFile(t *testing.T) {
	c := config(t, corpus(t))
	c.Tokenizer.Kind, c.Tokenizer.File = "file", filepath.Join(t.TempDir(), "none.json")
	_, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err == nil || !strings.Contains(err.Error(), c.Tokenizer.File) {
		t.Errorf("a missing tokenizer: %v", err)
	}
}
