package watch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"github.com/cvae-go/cvae/dialog"
)

const patience = 20 * time.Second

// started runs the view on a terminal of 80x24.
func started(t *testing.T, r Run) *teatest.TestModel {
	t.Helper()
	return teatest.NewTestModel(t, newModel(t.Context(), r), teatest.WithInitialTermSize(80, 24))
}

// waitFor waits until all texts have been written.
func waitFor(t *testing.T, tm *teatest.TestModel, texts ...string) {
	t.Helper()
	teatest.WaitFor(t, tm.Output(), func(b []byte) bool {
		return !slices.ContainsFunc(texts, func(s string) bool { return !bytes.Contains(b, []byte(s)) })
	}, teatest.WithDuration(patience))
}

func ended(t *testing.T, tm *teatest.TestModel) model {
	t.Helper()
	return tm.FinalModel(t, teatest.WithFinalTimeout(patience)).(model)
}

// A user interrupts training, which saves and closes the feed.
func TestInterruptedTraining(t *testing.T) {
	r := ours()
	r.Interrupt = func() { go r.Feed.Close(context.Canceled) }
	tm := started(t, r)
	for _, e := range run() {
		r.Feed.Report(e)
	}
	waitFor(t, tm, "Yes, at eight.")
	tm.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	if m := ended(t, tm); !errors.Is(m.err, context.Canceled) || len(m.history.points) != 40 {
		t.Errorf("ended with %v and %d points", m.err, len(m.history.points))
	}
}

// A signal interrupts training; the user does not wait for it to save.
func TestAbandonedTraining(t *testing.T) {
	r := ours()
	stop := make(chan struct{})
	r.Interrupted = stop
	tm := started(t, r)
	waitFor(t, tm, "ctrl+c save and stop")
	close(stop)
	waitFor(t, tm, "again: leave")
	tm.Send(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl})
	if m := ended(t, tm); !errors.Is(m.err, ErrAbandoned) {
		t.Errorf("ended with %v", m.err)
	}
}

// Another's run is watched until it has finished, and left.
func TestWatchedRun(t *testing.T) {
	r := Run{Title: "a run", Feed: NewFeed(), State: func() State { return State{Text: "finished: 400 steps done"} }}
	tm := started(t, r)
	r.Feed.Report(collapse(400))
	waitFor(t, tm, "kl collapse at step 400", "finished: 400 steps done")
	tm.Type("q")
	if m := ended(t, tm); m.err != nil {
		t.Errorf("ended with %v", m.err)
	}
}

// output is a terminal that nobody looks at.
type output struct {
	mu sync.Mutex
	b  strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func TestShow(t *testing.T) {
	fault := errors.New("the disk is full")
	r := ours()
	r.Feed.Close(fault)
	out := &output{}
	if err := Show(t.Context(), r, eternal{t.Context()}, out); !errors.Is(err, fault) {
		t.Errorf("ended with %v", err)
	}
	if text := out.String(); strings.Count(text, "\x1b[?1049h") != 1 || strings.Count(text, "\x1b[?1049l") != 1 {
		t.Errorf("the screen is not given back: %q", text)
	}
}

// eternal is an input without a key.
type eternal struct{ context.Context }

func (e eternal) Read([]byte) (int, error) { <-e.Done(); return 0, io.EOF }

func TestShowEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("a second signal")
	done := make(chan error)
	out := &output{}
	go func() { done <- Show(ctx, ours(), eternal{t.Context()}, out) }()
	cancel(reason)
	if err := <-done; !errors.Is(err, reason) {
		t.Errorf("ended with %v", err)
	}
	if text := out.String(); strings.Count(text, "\x1b[?1049h") != strings.Count(text, "\x1b[?1049l") {
		t.Errorf("the screen is not given back: %q", text)
	}
}

// Reporting does not wait for the view, and nothing is lost.
func TestFeed(t *testing.T) {
	f := NewFeed()
	const n = 10000
	for i := range n { // nobody takes anything yet
		f.Report(dialog.Event{Step: i})
	}
	go func() {
		for i := range n {
			f.Report(dialog.Event{Step: n + i})
		}
		f.Close(io.EOF)
	}()
	next := 0
	err := f.Each(t.Context(), func(e dialog.Event) {
		if e.Step != next {
			t.Fatalf("event %d came for %d", e.Step, next)
		}
		next++
	})
	if next != 2*n || err != io.EOF {
		t.Errorf("%d events and %v, want %d", next, err, 2*n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := NewFeed().Each(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}
