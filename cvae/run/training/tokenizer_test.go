package training

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// TestByteLevelRun trains with a byte-level encoding, and then another run with
// the file of the first.
func TestByteLevelRun(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Tokenizer.Kind, c.Tokenizer.Size = "bpe", 300
	first := trained(t, c, 1)
	c.Tokenizer = config.Tokenizer{Kind: "file", File: filepath.Join(first, rundir.TokenizerFile), Split: "punct"}
	for _, dir := range []string{first, trained(t, c, 1)} {
		r, err := run.Open(dir, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, ok := r.Tokenizer.(*tokenize.BPE); !ok {
			t.Errorf("the tokenizer of %s is a %T", dir, r.Tokenizer)
		}
		reply, err := r.Respond(context.Background(), dialog.Request{Context: []string{"Is it naïve? 你好"}, Sampling: r.Sampling()}, nil)
		if err != nil || len(reply.Responses) != 5 {
			t.Errorf("%d responses, %v", len(reply.Responses), err)
		}
	}
}

func TestMissingTokenizerFile(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Tokenizer.Kind, c.Tokenizer.File = "file", filepath.Join(t.TempDir(), "none.json")
	_, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err == nil || !strings.Contains(err.Error(), c.Tokenizer.File) {
		t.Errorf("a missing tokenizer: %v", err)
	}
}
