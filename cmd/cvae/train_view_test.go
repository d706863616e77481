package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

func TestWatchOptions(t *testing.T) {
	same(t, optionsOf(t, newWatch, "r"), watchOptions{Path: "r"})
	same(t, optionsOf(t, newWatch, "r", "--plain"), watchOptions{Path: "r", Plain: true})
	if o := optionsOf(t, newTrain, "--plain"); !o.Plain {
		t.Error("--plain is lost")
	}
}

// A log in a file is by time too, but not as often as a person wants to see something.
func TestTick(t *testing.T) {
	if got := tick(&bytes.Buffer{}); got != 30*time.Second {
		t.Errorf("a file is told of training every %v", got)
	}
}

// Files and pipes are no terminals, so that nothing is drawn into them.
func TestIsInteractive(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if isInteractive(r, w) || isInteractive(&bytes.Buffer{}, &bytes.Buffer{}) {
		t.Error("a pipe is taken for a terminal")
	}
	if view := (&trainOptions{In: r, Err: w}).view(); view != nil {
		t.Error("training is drawn into a pipe")
	}
}

func TestGuarded(t *testing.T) {
	fails := errors.New("it fails")
	if err := guarded(func() error { return fails }); err != fails {
		t.Errorf("got %v", err)
	}
	var bug fault
	if err := guarded(func() error { panic("a bug") }); !errors.As(err, &bug) || bug.value != "a bug" || err.Error() != "a bug" {
		t.Errorf("got %v", err)
	}
}

func TestSummary(t *testing.T) {
	var s summary
	var b bytes.Buffer
	if s.print(&b); b.Len() > 0 {
		t.Errorf("nothing is summed up as %q", b.String())
	}
	for _, e := range []dialog.Event{
		{Kind: dialog.Stepped, Step: 5, Epoch: 1, Rec: 9}, {Kind: dialog.Validated, Bound: 47.1, Best: true},
		{Kind: dialog.Sampled, Step: 5}, {Kind: dialog.Warned, Message: "kl collapse: It is."},
		{Kind: dialog.Stepped, Step: 9, Epoch: 1, Rec: 8}, {Kind: dialog.Validated, Bound: 48},
	} {
		s.Report(e)
	}
	s.print(&b)
	want := "warning: kl collapse: It is.\nstep 9  epoch 1 (0 %)  rec 8.00  0 tok/s  grad 0.0\nvalidation bound 47.1 (best)\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// The second signal ends the view before the process, and takes the terminal
// from a view that hangs.
func TestScreen(t *testing.T) {
	s := &screen{}
	s.restore() // without a view
	for _, hangs := range []bool{false, true} {
		var out bytes.Buffer
		s, shown, ended := &screen{}, make(chan struct{}), make(chan error)
		ctx := context.WithValue(t.Context(), screenKey{}, s)
		go func() {
			ended <- hold(ctx, strings.NewReader(""), &out, func(ctx context.Context) error {
				close(shown)
				if hangs {
					ctx = t.Context()
				}
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		<-shown
		s.restore()
		for _, reset := range []string{"\x1b[?1049l", "\x1b[?25h", "\x1b[?2004l"} {
			if strings.Contains(out.String(), reset) != hangs {
				t.Errorf("hangs %v: wrote %q", hangs, out.String())
			}
		}
	}
	if err := hold(t.Context(), nil, io.Discard, func(context.Context) error { return io.EOF }); err != io.EOF { // outside a command
		t.Error(err)
	}
}
