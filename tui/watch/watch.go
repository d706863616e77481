// Package watch is the view of a training run in a terminal: how far it is, its
// curves, its latent variable and what it replies, while training goes on at
// its own speed.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A Run is what the view shows. The zero value of every field but Feed will do.
type Run struct {
	Title string // one line: method, corpus, directory
	Feed  *Feed  // its events; the view ends when it is closed
	// State is asked every second how the run is; nil: it is training.
	State func() State
	// Interrupt ends training, which saves and closes the feed. Nil: the run is
	// not ours to end, and ctrl+c leaves the view.
	Interrupt func()
	// Interrupted is closed when training has been asked to end by other means.
	Interrupted <-chan struct{}
}

// A State says how a run is.
type State struct {
	Text string // such as "training in process 12"
	Live bool   // time goes on
}

// ErrAbandoned says that the user did not wait until the run was saved.
var ErrAbandoned = errors.New("left before the run was saved")

// Show shows the run until its feed is closed, the user leaves, or ctx ends,
// and has then restored the terminal. It returns why the feed was closed.
// Signals are the caller's.
func Show(ctx context.Context, r Run, in io.Reader, out io.Writer) error {
	leaving, left := context.WithCancel(ctx)
	defer left()
	p := tea.NewProgram(newModel(leaving, r), tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithInput(in), tea.WithOutput(out), tea.WithFPS(framesPerSecond))
	end, err := p.Run()
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("showing the run: %w", err)
	}
	return end.(model).err
}

// What the view costs training is bounded: it draws at most so often, and takes
// events at most so often.
const (
	framesPerSecond = 10
	gather          = time.Second / 4
)

// The messages of the view.
type (
	eventsMsg struct {
		batch
		at time.Time
	}
	stateMsg struct {
		State
		at time.Time
	}
	interruptedMsg struct{}
)

// receive waits for events, and then a moment more, so that many become one
// frame. Events that come once the view has ended stay in the feed.
func (r Run) receive(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-r.Feed.Ready():
		}
		time.Sleep(gather)
		if ctx.Err() != nil {
			return nil
		}
		events, closed, err := r.Feed.Take()
		return eventsMsg{batch{events, closed, err}, time.Now()}
	}
}

func (r Run) ask() tea.Msg {
	state := State{Text: "training", Live: true}
	if r.State != nil {
		state = r.State()
	}
	return stateMsg{state, time.Now()}
}

func (r Run) askLater() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return r.ask() })
}

// awaitInterrupt waits until somebody else ends training.
func (r Run) awaitInterrupt(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-r.Interrupted:
			return interruptedMsg{}
		}
	}
}
