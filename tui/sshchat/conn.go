package sshchat

import (
	"net"
	"sync"
	"time"

	"charm.land/ssh"
)

// A conn is a connection, which is closed when it has no chat for as long as a login may
// take.
type conn struct {
	net.Conn
	server *Server

	mu       sync.Mutex
	channels int
	closing  *time.Timer // stopped while it has a channel

	isIn bool // its client has logged in; of the server's lock
}

// connKey is the key of the conn in the context of a connection.
type connKey struct{}

// accept takes a connection in; nil: there are too many.
func (s *Server) accept(ctx ssh.Context, from net.Conn) net.Conn {
	c := &conn{Conn: from, server: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	logins := max(leastLogins, s.options.Sessions) // all may come at once
	if s.stopping || s.logins >= logins || len(s.conns) >= s.options.Sessions+logins {
		return nil
	}
	s.logins++
	s.conns[c] = true
	ctx.SetValue(connKey{}, c)
	c.closing = time.AfterFunc(2*s.options.Login, func() { _ = c.Close() })
	return c
}

// loggedIn makes room for others to log in.
func (s *Server) loggedIn(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c] && !c.isIn {
		c.isIn = true
		s.logins--
	}
}

// open counts a channel more or less; false: there are too many.
func (c *conn) open(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.channels+n > mostChannels {
		return false
	}
	c.channels += n
	c.closing.Stop()
	if c.channels == 0 {
		c.closing.Reset(c.server.options.Login)
	}
	return true
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.server.mu.Lock()
	if c.server.conns[c] && !c.isIn {
		c.server.logins--
	}
	delete(c.server.conns, c)
	c.server.mu.Unlock()
	c.closing.Stop()
	return c.Conn.Close()
}
