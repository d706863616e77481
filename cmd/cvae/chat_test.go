package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/conversation"
)

func TestChatOptions(t *testing.T) {
	usual := dialog.DefaultSampling()
	usual.NoRepeat = chat.NoRepeat
	same(t, optionsOf(t, newChat, "--plain"), chatOptions{Reply: replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Sampling: usual}, Plain: true, Turns: 10, Begin: "Hello, how are you?"})
	// Without a terminal lines are contexts of their own, and answered as reply answers them.
	same(t, optionsOf(t, newChat), chatOptions{Reply: replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Sampling: dialog.DefaultSampling()}, Turns: 10, Begin: "Hello, how are you?"})
	same(t, optionsOf(t, newChat, "r", "-n", "3", "--temperature", "0.7", "--top-p", "0.9", "--top-k", "40", "--no-repeat-ngram", "3", "--prior-scale", "2",
		"--seed", "9", "--threads", "2", "--resume", "2026", "--list", "--plain", "--json"), chatOptions{
		Reply:  replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Path: "r", Sampling: dialog.Sampling{N: 3, Temperature: 0.7, TopP: 0.9, TopK: 40, NoRepeat: 3, PriorScale: 2, Seed: 9}, Tempered: true, JSON: true, Threads: 2},
		Resume: "2026", List: true, Plain: true, Given: true, Turns: 10, Begin: "Hello, how are you?",
	})
	same(t, optionsOf(t, newChat, "r", "--with", "s", "--turns", "4", "--begin", "tea ?"), chatOptions{
		Reply: replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Path: "r", Sampling: usual}, With: "s", Turns: 4, Begin: "tea ?",
	})
}

// A conversation that is resumed without RUN goes on with the run that it was
// held with, and is refused where that is gone.
func TestResumedPartner(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	there := t.TempDir()
	if err := os.WriteFile(filepath.Join(there, "config.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ model, path, fault string }{
		{run.BuiltinName, "", ""}, {there, there, ""}, {"runs/gone", "", "held with the run runs/gone, which is not there; name a run: cvae chat RUN --resume "},
	} {
		talk := conversation.New(c.model, time.Now())
		if err := store().Save(talk); err != nil {
			t.Fatal(err)
		}
		o := &chatOptions{Resume: talk.ID}
		err := o.partner()
		if c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) || o.Reply.Path != c.path {
			t.Errorf("%s: run %q, %v", c.model, o.Reply.Path, err)
		}
	}
	if err := (&chatOptions{Resume: "nobody"}).partner(); err == nil {
		t.Error("a conversation that is not there: no error")
	}
}

// TestPreview: a conversation is a line of the list, however its first turn is written.
func TestPreview(t *testing.T) {
	if got := preview("hello\nthere " + strings.Repeat("very ", 40)); strings.Contains(got, "\n") || len([]rune(got)) > 60 || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
	if got := preview("hello there"); got != "hello there" {
		t.Errorf("%q", got)
	}
}

// TestBareResume: --resume without an ID is that of the newest conversation, wherever it stands.
func TestBareResume(t *testing.T) {
	for given, want := range map[string]string{
		"chat --resume":           "chat --resume=" + newest,
		"chat run --resume":       "chat run --resume=" + newest,
		"chat --resume --plain":   "chat --resume=" + newest + " --plain",
		"chat --resume 2026":      "chat --resume 2026",
		"chat --resume=2026":      "chat --resume=2026",
		"chat -- --resume":        "chat -- --resume",
		"train --resume":          "train --resume",
		"train --resume --out r":  "train --resume --out r",
		"chat run --resume 2026 ": "chat run --resume 2026 ",
	} {
		if got := strings.Join(bareResume(strings.Split(given, " ")), " "); got != want {
			t.Errorf("%s: %q, want %q", given, got, want)
		}
	}
}
