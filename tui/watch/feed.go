package watch

import (
	"context"
	"sync"

	"github.com/cvae-go/cvae/dialog"
)

// A Feed carries events from a run to its view. It holds what the view has not
// taken yet, so that reporting never waits for a terminal and no event is lost.
// It is safe for concurrent use.
type Feed struct {
	mu      sync.Mutex
	pending []dialog.Event
	closed  bool
	err     error
	ready   chan struct{} // holds a token while there is something to take
}

var _ dialog.Progress = (*Feed)(nil)

// NewFeed returns a feed without events.
func NewFeed() *Feed { return &Feed{ready: make(chan struct{}, 1)} }

// Report implements dialog.Progress.
func (f *Feed) Report(e dialog.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = append(f.pending, e)
	f.signal()
}

// Close says that no event follows, because of err unless it is nil.
func (f *Feed) Close(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed, f.err = true, err
	f.signal()
}

func (f *Feed) signal() {
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// Ready receives when there are events to [Feed.Take] or the feed has been
// closed.
func (f *Feed) Ready() <-chan struct{} { return f.ready }

// Take returns the events since it was called last, and whether none follow.
func (f *Feed) Take() (events []dialog.Event, closed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	events, f.pending = f.pending, nil
	return events, f.closed, f.err
}

// Each calls f for every event until the feed is closed, and returns why it
// was, or until ctx ends.
func (f *Feed) Each(ctx context.Context, report func(dialog.Event)) error {
	for {
		events, closed, err := f.Take()
		for _, e := range events {
			report(e)
		}
		if closed {
			return err
		}
		select {
		case <-f.ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
