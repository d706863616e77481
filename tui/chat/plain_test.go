package chat

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// spokenPlainly is what a conversation in lines prints, and its options, with which it may be resumed.
func spokenPlainly(t *testing.T, o Options, lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	o.In, o.Out = strings.NewReader(strings.Join(lines, "\n")+"\n"), &out
	if err := RunPlain(t.Context(), &fake{}, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestPlainDecodes: a byte order mark tells UTF-16, as everywhere.
func TestPlainDecodes(t *testing.T) {
	var got []string
	for line := range linesOf(t.Context(), strings.NewReader("\xff\xfeh\x00i\x00\n\x00y\x00o\x00\n\x00")) {
		got = append(got, line.text)
	}
	if strings.Join(got, "|") != "hi|yo" {
		t.Errorf("read %q", got)
	}
}

// A whole conversation in lines, as a screen reader reads it.
func TestPlain(t *testing.T) {
	golden.RequireEqual(t, spokenPlainly(t, fakeOptions(t), "shall we go out ?", "/choose 2", "why not ?", "/undo", "/redo", "/regenerate", "/choose 9", "/xport", "/why 1", "/tree", "/walk",
		"/edit", "/edit and today ?", "/label mood=warm", "/rename a walk", "/quit", "not read"))
}

// dead is a fake whose latent has collapsed.
type dead struct{ fake }

func (d *dead) Describe(context.Context) (dialog.Card, error) {
	card := fakeCard()
	card.Latent.Verdict = "The latent pays 1.0 nats and carries 0.0."
	return card, nil
}

// A conversation in lines, and a small window, have no panel beside them, so that the
// welcome says that the latent is dead.
func TestWelcomeVerdict(t *testing.T) {
	const says = "Its latent has collapsed: The latent pays 1.0 nats and carries 0.0."
	for _, c := range []struct {
		model dialog.Responder
		dead  bool
	}{{&dead{}, true}, {&fake{}, false}} {
		var out bytes.Buffer
		o := fakeOptions(t)
		o.In, o.Out = strings.NewReader("/quit\n"), &out
		if err := RunPlain(t.Context(), c.model, o); err != nil {
			t.Fatal(err)
		}
		small := strings.Join(strings.Fields(Screen(t, c.model, fakeOptions(t), leastWidth, leastHeight)), " ")
		if strings.Contains(out.String(), says) != c.dead || strings.Contains(small, says) != c.dead {
			t.Errorf("dead %v:\n%s\n%s", c.dead, out.String(), small)
		}
	}
}

// The file is that of the full chat, whichever way the turns were chosen.
func TestPlainFile(t *testing.T) {
	load := func(o Options) *conversation.Conversation {
		t.Helper()
		id, err := o.Store.Newest()
		if err != nil {
			t.Fatal(err)
		}
		c, err := o.Store.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	full := fakeOptions(t)
	d := driveWith(t, &fake{}, fakeCard(), full, roomyWidth, roomyHeight)
	d.line("shall we go out ?")
	d.press("2")
	d.line("why not ?")
	d.line("/regenerate")
	d.line("/choose 1")
	lines := fakeOptions(t)
	spokenPlainly(t, lines, "shall we go out ?", "/choose 2", "why not ?", "/regenerate", "/choose 1")
	want, got := load(full), load(lines)
	if diff := cmp.Diff(want.Path(), got.Path(), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	lines.Resume = got.ID
	if text := spokenPlainly(t, lines, "again"); !strings.Contains(text, "you: shall we go out ?\ncvae: "+sentences[1]) {
		t.Errorf("resumed: %s", text)
	}
}

// No line draws: no braille, no boxes, nothing that a terminal obeys.
func TestPlainDrawsNothing(t *testing.T) {
	for _, r := range spokenPlainly(t, fakeOptions(t), "\x1b[31mred ┃ ⠿ box", "/help", "/model", "/list", "/tree", "/why", "/search red") {
		if r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff || unicode.IsControl(r) && r != '\n' {
			t.Errorf("it prints %U", r)
		}
	}
}

func TestPlainEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := fakeOptions(t)
	in, _ := io.Pipe() // nobody writes
	o.In, o.Out = in, io.Discard
	if err := RunPlain(ctx, &fake{}, o); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	left := ""
	o = fakeOptions(t)
	o.Left = func(id string) { left = id }
	spokenPlainly(t, o)
	if left != "" {
		t.Error("a conversation without a turn is said to be saved")
	}
	spokenPlainly(t, o, "hello")
	if _, err := o.Store.Load(left); err != nil {
		t.Errorf("%q: %v", left, err)
	}
}

// What was renamed stands in the list that follows, and one turn is no turns.
func TestPlainList(t *testing.T) {
	if got := spokenPlainly(t, fakeOptions(t), "hello", "/rename a walk", "/list"); !strings.Contains(got, ": a walk, 1 turn with runs/demo: hello") {
		t.Error(got)
	}
}

// A conversation that was held with another run says so when it is resumed.
func TestPlainResumesAnother(t *testing.T) {
	o := fakeOptions(t)
	c := conversation.New("runs/other", o.Now())
	c.Say("hello")
	c.Answer(o.Settings, nil)
	if err := o.Store.Save(c); err != nil {
		t.Fatal(err)
	}
	o.Resume = c.SavedAs()
	if got := spokenPlainly(t, o, "/list"); !strings.Contains(got, "Note: This conversation was with runs/other; here it goes on with runs/demo.") {
		t.Error(got)
	}
}

// A line with the number of a candidate chooses it while there is one to choose, as the
// key does in the full chat; else it is a turn.
func TestPlainNumbers(t *testing.T) {
	got := spokenPlainly(t, fakeOptions(t), "hello", "2", "7")
	if !strings.Contains(got, "\ncvae: "+sentences[1]+"\n") || !strings.Contains(spokenPlainly(t, fakeOptions(t), "hello", "7", "/tree"), "7") {
		t.Error(got)
	}
	if strings.Contains(got, "you: 2") {
		t.Errorf("2 was said: %s", got)
	}
}

// /help names what lines can do, and nothing else; what was set says so.
func TestPlainHelp(t *testing.T) {
	got := spokenPlainly(t, fakeOptions(t), "/help")
	for _, of := range []string{"tab goes", "/walk", "/between", "/copy", "★"} {
		if strings.Contains(got, of) {
			t.Errorf("it names %s", of)
		}
	}
	got = spokenPlainly(t, fakeOptions(t), "/n 3", "/label mood=warm", "/seed 7", "/walk")
	for _, want := range []string{"n is 3.", "mood=warm is told to the model.", "The seed is 7.", "/walk needs the full chat"} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q: %s", want, got)
		}
	}
}
