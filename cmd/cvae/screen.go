package main

import (
	"context"
	"io"
	"os"
	"sync"
)

// A screen is the terminal while a view has it, which must be restored before
// the process may end.
type screen struct {
	mu    sync.Mutex
	close func() // nil: no view has it
}

// screenKey is the key of the screen in the context of a command.
type screenKey struct{}

// hold gives the screen to a view, which close ends and waits for. The view
// calls the function that comes back once it has ended.
func hold(ctx context.Context, close func()) (release func()) {
	s, ok := ctx.Value(screenKey{}).(*screen)
	if !ok {
		return func() {}
	}
	s.set(close)
	return func() { s.set(nil) }
}

func (s *screen) set(close func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.close = close
}

// restore ends the view. None begins afterwards, because the process ends.
func (s *screen) restore() {
	s.mu.Lock()
	if s.close != nil {
		s.close()
	}
}

// isInteractive reports whether somebody looks at out and types into in.
func isInteractive(in io.Reader, out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && isTerminal(in) && isTerminal(f) && os.Getenv("TERM") != "dumb"
}
