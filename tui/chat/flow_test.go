package chat

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// A whole chat in a running program, with its goroutines and its renderer.
func TestFlow(t *testing.T) {
	t.Chdir(t.TempDir())
	m, err := newModel(t.Context(), &fake{}, fakeCard(), fakeOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	tm := teatest.NewTestModel(t, m, teatest.WithInitialTermSize(roomyWidth, roomyHeight))
	sees := func(text string) {
		t.Helper()
		teatest.WaitFor(t, tm.Output(), func(b []byte) bool { return bytes.Contains(b, []byte(text)) }, teatest.WithDuration(30*time.Second))
	}
	enter := tea.KeyPressMsg{Code: tea.KeyEnter}
	tm.Type("shall we go ?")
	tm.Send(enter)
	sees("distinct")
	tm.Send(tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl})
	sees("take 2 of 2")
	tm.Type("/between 1 5")
	tm.Send(enter)
	tm.Send(tea.KeyPressMsg{Code: tea.KeyRight})
	sees("walked to")
	tm.Send(tea.WindowSizeMsg{Width: 60, Height: 20})
	tm.Send(enter)
	sees("take 3 of 3")
	tm.Type("2")
	tm.Type("/export md talk.md")
	tm.Send(enter)
	sees("Exported")
	tm.Type("/quit")
	tm.Send(enter)
	final, ok := tm.FinalModel(t, teatest.WithFinalTimeout(30*time.Second)).(*model)
	if !ok || final.interrupted {
		t.Fatal("the chat did not end as it should")
	}
	if e, _ := final.talk.conversation.Current(); e.Chosen != 1 || len(e.Takes) != 3 {
		t.Errorf("candidate %d of %d takes is chosen", e.Chosen, len(e.Takes))
	}
	if text, err := os.ReadFile("talk.md"); err != nil || !strings.Contains(string(text), "shall we go") {
		t.Errorf("%v: %s", err, text)
	}
}

// Run ends with what the command's exit status is made of, and waits for the
// model before it does.
func TestRun(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx  context.Context
		keys string
		want error
	}{
		"ctrl+d":      {t.Context(), "\x04", nil},
		"ctrl+c":      {t.Context(), "\x03", context.Canceled},
		"a signal":    {cancelled, "", context.Canceled},
		"mid-request": {t.Context(), "hello\r\x03", context.Canceled},
	} {
		f := &fake{gate: make(chan struct{})} // answers only to the end of its context
		o := fakeOptions(t)
		o.In, o.Out = strings.NewReader(test.keys), io.Discard
		if err := Run(test.ctx, f, o); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
