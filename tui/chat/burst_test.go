package chat

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/conversation"
)

// twelve are lines as a terminal without bracketed paste writes them.
func twelve() string {
	var text strings.Builder
	for i := range 12 {
		fmt.Fprintf(&text, "line %d of the text\r", i)
	}
	return text.String()
}

// users are what the user of the newest conversation said.
func users(t *testing.T, s conversation.Store) (all []string) {
	t.Helper()
	id, err := s.Newest()
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Path() {
		all = append(all, e.User)
	}
	return all
}

// What is pasted in a terminal without bracketed paste is one turn, whatever ends its
// lines; a command stays a line of its own.
func TestPasteAsKeys(t *testing.T) {
	want := strings.TrimSpace(strings.ReplaceAll(twelve(), "\r", "\n"))
	for name, test := range map[string]struct {
		keys string
		want []string
	}{
		"lines":                 {twelve(), []string{want}},
		"of Windows":            {strings.ReplaceAll(twelve(), "\r", "\r\n"), []string{want}},
		"with blank lines":      {"a\r\rb\r\r\r", []string{"a\n\nb"}},
		"with a tab":            {"a\tb\r", []string{"a b"}},
		"one line":              {"a line\r", []string{"a line"}},
		"behind a command":      {"/temp 0.5\ra\rb\r", []string{"a\nb"}},
		"before bracketed ones": {"a\r\x1b[200~b\x1b[201~", []string{"a"}},
	} {
		o := fakeOptions(t)
		o.In, o.Out = strings.NewReader(test.keys+"\x15\x04"), io.Discard // ctrl+u empties the input, ctrl+d leaves
		if err := Run(t.Context(), &fake{}, o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := users(t, o.Store); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A held enter is pressed at the end of its last wait, and before any other key.
func TestEnterIsHeld(t *testing.T) {
	d := drive(t, roomyWidth, roomyHeight)
	said := func(want int) {
		t.Helper()
		if got := len(d.talk.conversation.Path()); got != want {
			t.Errorf("%d turns, want %d", got, want)
		}
	}
	typed := func() {
		d.run(d.turnTo(onInput))
		d.press("a")
		d.Update(tea.KeyPressMsg{Code: tea.KeyEnter}) // without its waits
	}
	typed()
	d.send(burstMsg{d.burst.keys - 1, 0}) // of another key
	said(0)
	d.send(burstMsg{d.burst.keys, 0})
	said(1)
	typed()
	said(1)
	d.send(tea.KeyPressMsg{Code: tea.KeyF1})
	said(2)
	if d.page == nil {
		t.Error("the key behind an enter is lost")
	}
}

// In lines that are typed, those that come at once are one turn; in those of a pipe
// every line is.
func TestPlainPaste(t *testing.T) {
	for name, test := range map[string]struct {
		typed bool
		want  []string
	}{"typed": {true, []string{"one\ntwo", "three"}}, "piped": {false, []string{"one", "two", "three"}}} {
		o := fakeOptions(t)
		in, keys := io.Pipe()
		o.In, o.Out, o.Typed = in, io.Discard, test.typed
		go func() {
			_, _ = io.WriteString(keys, "/temp 0.5\none\ntwo\n/choose 2\n")
			time.Sleep(5 * burstGap)
			_, _ = io.WriteString(keys, "three\n")
			_ = keys.Close()
		}()
		if err := RunPlain(t.Context(), &fake{}, o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := users(t, o.Store); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
