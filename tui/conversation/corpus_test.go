package conversation_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// talk returns a conversation whose turns a corpus has to read back as they
// were said, and exchanges without an answer, or without one that was chosen, which are no pairs.
func talk() *conversation.Conversation {
	c := conversation.New("run", time.Now())
	for _, turns := range [][2]string{{"hello \x1b[1m", "你好 \U0001f469\u200d\U0001f680"}, {"# two\nlines", `back\slash "q"`}, {"alone", ""}, {"", "a sample"}} {
		c.Say(turns[0])
		if turns[1] != "" {
			c.Answer(dialog.Sampling{N: 1}, []dialog.Response{{Text: turns[1], Z: dialog.Block{{1}}}})
			_ = c.Choose(0)
		}
	}
	c.Say("nobody chose")
	c.Answer(dialog.Sampling{N: 1}, []dialog.Response{{Text: "an answer to this"}})
	return c
}

// The lines are a corpus of the format jsonl, extra keys and all.
func TestJSONLIsACorpus(t *testing.T) {
	var lines bytes.Buffer
	if err := talk().JSONL(&lines); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, split := range dialog.Splits {
		if err := os.WriteFile(filepath.Join(dir, string(split)+".jsonl"), lines.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	corpus, err := corpora.Open(dir, corpora.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for d, err := range corpus.Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		var turns []string
		for _, turn := range d.Turns {
			turns = append(turns, turn.Text)
		}
		got = append(got, turns)
	}
	first := []string{"hello \x1b[1m", "你好 \U0001f469\u200d\U0001f680"}
	want := [][]string{first, append(first[:2:2], "# two\nlines", `back\slash "q"`), {"a sample"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
