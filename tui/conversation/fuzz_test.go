package conversation

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// FuzzDecode: any file is refused, or is a conversation that survives every
// method and comes back the same from another file.
func FuzzDecode(f *testing.F) {
	c := New("run", spokenTime)
	c.Say("a")
	c.Answer(dialog.Sampling{}, responses("b", "c"))
	c.Say("d")
	c.Undo()
	c.Answer(dialog.Sampling{}, responses())
	_ = c.Edit("e")
	seed, err := c.encode()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{string(seed), "", `{"version":1}`, `{"version":1,"exchanges":[null]}`, `{"version":1,"current":1,"next":1,"exchanges":[{"takes":[null],"chosen":[-1]}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := decode("talk", text)
		if err != nil {
			return
		}
		written, err := c.encode()
		if err != nil {
			t.Fatalf("it was read and cannot be written: %v", err)
		}
		again, err := decode("talk", written)
		if err != nil {
			t.Fatalf("it was written and cannot be read: %v", err)
		}
		if diff := cmp.Diff(c, again, exactly); diff != "" {
			t.Fatalf("(-first +second):\n%s", diff)
		}
		visit(t, c)
	})
}

// visit goes everywhere and tries everything.
func visit(t *testing.T, c *Conversation) {
	t.Helper()
	for range c.nodes {
		for _, export := range []func(io.Writer) error{c.Markdown, c.JSONL} {
			if err := export(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		c.Context()
		_ = c.Choose(0)
		_ = c.SwitchBranch(1) || c.Redo() || c.TurnTake(-1) || c.TurnTake(1) || c.Undo()
	}
	c.Say("more")
	if err := c.check(); err != nil {
		t.Fatalf("the operations broke it: %v", err)
	}
}
