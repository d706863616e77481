package sshchat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"charm.land/ssh"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
)

// A session is a chat that somebody has.
type session struct {
	ssh.Session
	end   context.CancelCauseFunc
	notes chan string // the newest, once
}

// note has the chat say something, unless it still has to say something else.
func (c *session) note(text string) {
	select {
	case c.notes <- text:
	default:
	}
}

// chat is the middleware that gives a chat to a session.
func (s *Server) chat(ssh.Handler) ssh.Handler {
	return func(of ssh.Session) {
		ctx, end := context.WithCancelCause(of.Context())
		defer end(nil)
		c := &session{Session: of, end: end, notes: make(chan string, 1)}
		if t := terminalOf(of); t.asked && t.kind == "dumb" {
			c.refuse("the chat needs a terminal that it can draw on; connect with ssh -T for a conversation in lines")
			return
		}
		here, why := s.enter(c)
		if why != "" {
			c.refuse(why)
			return
		}
		defer s.leave(c)
		began, who := time.Now(), describe(of)
		s.log.Printf("%s enters, %d of %d", who, here, s.options.Sessions)
		why = s.run(ctx, c)
		s.log.Printf("%s leaves after %s%s", who, time.Since(began).Round(time.Second), why)
	}
}

// enter counts a session in, and tells how many there are, or why it may not come in.
func (s *Server) enter(c *session) (here int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping:
		return 0, "the server stops; come again later"
	case len(s.sessions) >= s.options.Sessions:
		return 0, fmt.Sprintf("all %d chats are taken; come again later", s.options.Sessions)
	}
	s.sessions[c] = true
	return len(s.sessions), ""
}

func (s *Server) leave(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, c)
	s.left.Broadcast()
}

// refuse ends a session with a sentence.
func (c *session) refuse(why string) {
	fmt.Fprintf(c.Stderr(), "cvae: %s\r\n", why)
	_ = c.Exit(1) // who has left needs none
}

// run runs the chat, and tells for the log what has ended it besides its user.
func (s *Server) run(ctx context.Context, c *session) (why string) {
	over := make(chan struct{})
	defer close(over)
	go c.insist(ctx, over)
	idle := time.AfterFunc(s.options.Idle, func() { c.end(errIdle) })
	defer idle.Stop()
	t := terminalOf(c)
	responder, options := s.options.Open(c.User())
	options.In = attentive{c.Session, func() { idle.Reset(s.options.Idle) }}
	if options.Out = c.Session; t.asked {
		options.Out = screen(c.Session)
	}
	options.Remote = &chat.Remote{Environ: t.variables(), Size: t.size, Sizes: t.sizes, Notes: c.notes}
	err := t.talk(ctx, responder, options)
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errIdle):
		c.bid(fmt.Sprintf("nobody typed for %s, so the chat has ended", s.options.Idle))
		return ", idle"
	case errors.Is(cause, errStopping):
		c.bid("the server stops, so the chat has ended")
		return ", the server stops"
	case cause != nil: // the connection is gone
		return ", the connection broke"
	case errors.Is(err, chat.ErrFlood):
		c.bid(err.Error() + ", so the chat has ended")
		return ", " + err.Error()
	case err != nil && !errors.Is(err, context.Canceled):
		c.bid(err.Error())
		return ": " + err.Error()
	}
	return ""
}

// mostLines bounds what a client without a terminal may send, in bytes: all of it is kept.
const mostLines = 1 << 16

// talk is the chat, or without a terminal, as of ssh -T with lines from a file, the same
// conversation in lines.
func (t *terminal) talk(ctx context.Context, r dialog.Responder, o chat.Options) error {
	if t.asked {
		return chat.Run(ctx, r, o)
	}
	lines := &limited{from: o.In, left: mostLines}
	o.In = lines
	err := chat.RunPlain(ctx, r, o)
	if err == nil && lines.over.Load() {
		return fmt.Errorf("more than %d bytes came, so the chat has ended", mostLines)
	}
	return err
}

// A limited reader ends where more bytes come than are left. Whoever reads ahead may still be
// reading while another asks whether it is over.
type limited struct {
	from io.Reader
	left int
	over atomic.Bool
}

func (b *limited) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if n > b.left {
		b.over.Store(true)
		n, err = b.left, io.EOF
	}
	b.left -= n
	return n, err
}

// bid says goodbye below the chat.
func (c *session) bid(why string) { fmt.Fprintf(c, "cvae: %s\r\n", why) }

// insist closes the connection when ctx has ended and its terminal does not take what is
// written to it.
func (c *session) insist(ctx context.Context, over <-chan struct{}) {
	select {
	case <-over:
		return
	case <-ctx.Done():
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-over:
	case <-late.C:
		_ = c.Context().Value(connKey{}).(*conn).Close()
	}
}

// An attentive reader tells of everything that is read.
type attentive struct {
	io.Reader
	read func()
}

// Read implements io.Reader.
func (a attentive) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 {
		a.read()
	}
	return n, err
}
