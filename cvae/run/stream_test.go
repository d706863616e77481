package run_test

import (
	"context"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// TestStream checks that the last thing streamed of each response is its text,
// with words and with a byte-level encoding.
func TestStream(t *testing.T) {
	for _, kind := range []string{"words", "bpe"} {
		c := runtest.Config(t, runtest.Corpus(t))
		c.Tokenizer.Kind, c.Tokenizer.Size = kind, 300
		r, err := run.Open(trained(t, c), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		last := map[int]string{}
		q := ask("do you like the number 3 ?", 4)
		q.Temperature = 1
		reply, err := r.Respond(context.Background(), q,
			func(d dialog.Delta) { last[d.Index] = d.Text })
		if err != nil {
			t.Fatal(err)
		}
		for i, answer := range reply.Responses {
			if last[i] != answer.Text {
				t.Errorf("%s: response %d streams %q and is %q", kind, i, last[i], answer.Text)
			}
		}
	}
}
