package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// A screen is the terminal while a view has it, which must be restored before
// the process may end.
type screen struct {
	mu   sync.Mutex
	view *heldView // nil: no view has it
}

// A heldView is what has the screen, and how the terminal was before.
type heldView struct {
	hide   func()
	hidden chan struct{} // closed when the view has restored the terminal
	in     io.Reader
	before *term.State // of in; nil: it is no terminal
	out    io.Writer
}

// screenKey is the key of the screen in the context of a command.
type screenKey struct{}

// patience is how long a view that is to end may take for it.
const patience = time.Second

// hold runs a view that has the terminal, until it ends or ctx does. A second
// signal ends it too.
func hold(ctx context.Context, in io.Reader, out io.Writer, view func(context.Context) error) error {
	visible, hide := context.WithCancel(ctx)
	defer hide()
	held := &heldView{hide: hide, hidden: make(chan struct{}), in: in, out: out}
	if f, ok := in.(*os.File); ok {
		if before, err := term.GetState(f.Fd()); err == nil {
			held.before = before
		}
	}
	if s, ok := ctx.Value(screenKey{}).(*screen); ok {
		s.set(held)
		defer s.set(nil)
	}
	defer close(held.hidden) // first: restore waits for it, and set for restore
	defer fmt.Fprint(out, plainKeys)
	return view(visible)
}

// plainKeys ends what a view asked of the keyboard, which one that ends just after an
// editor leaves behind.
const plainKeys = ansi.ResetModifyOtherKeys + "\x1b[=0;1u"

func (s *screen) set(view *heldView) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view = view
}

// restore ends the view, or takes the terminal from one that does not end. None
// begins afterwards, because the process ends.
func (s *screen) restore() {
	s.mu.Lock()
	if s.view == nil {
		return
	}
	s.view.hide()
	select {
	case <-s.view.hidden:
	case <-time.After(patience):
		s.view.wrest()
	}
}

// wrest undoes what a view does to a terminal: the alternate screen, the hidden
// cursor, bracketed paste, reports of the mouse and the focus, the keyboard's
// modes, the colours.
func (v *heldView) wrest() {
	fmt.Fprint(v.out, ansi.ResetModeAltScreenSaveCursor+ansi.SetModeTextCursorEnable+ansi.ResetModeBracketedPaste+
		ansi.ResetModeMouseButtonEvent+ansi.ResetModeMouseAnyEvent+ansi.ResetModeFocusEvent+plainKeys+ansi.ResetStyle)
	if f, ok := v.in.(*os.File); ok && v.before != nil {
		_ = term.Restore(f.Fd(), v.before) // the process ends: there is nobody to tell
	}
}

// isInteractive reports whether somebody looks at out and types into in.
func isInteractive(in io.Reader, out io.Writer) bool {
	return isTerminal(in) && isTerminal(out) && os.Getenv("TERM") != "dumb"
}
