package sshchat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
)

// Limits that no option changes.
const (
	mostTries    = 6  // of keys, on a connection
	leastLogins  = 64 // connections that may log in at a time
	mostChannels = 8  // of a connection
	shown        = 200 * time.Millisecond
	patience     = 3 * time.Second // with a terminal that does not take the end of its chat
)

// Options are how a server works. The zero value is not useful; see [DefaultOptions].
type Options struct {
	HostKey    gossh.Signer
	Authorized *Authorized   // keys that may come in; nil: everybody, which is for loopback alone
	Sessions   int           // most chats at a time
	Login      time.Duration // to log in, and to begin a chat
	Idle       time.Duration // without a key, after which a chat ends
	Drain      time.Duration // for chats to end when the server is to stop
	Log        io.Writer     // who comes, from where, and for how long; nil: nowhere
	// Open is the model that a user has asked for by the name, and how its chat begins.
	Open func(user string) (dialog.Responder, chat.Options)
}

// DefaultOptions are where to start.
func DefaultOptions() Options {
	return Options{Sessions: 100, Login: 20 * time.Second, Idle: 30 * time.Minute, Drain: 30 * time.Second}
}

// The causes that end a chat besides its user.
var (
	errStopping = errors.New("the server stops")
	errIdle     = errors.New("nobody typed")
)

// A Server gives chats to clients of SSH.
type Server struct {
	options Options
	ssh     *ssh.Server
	log     *log.Logger

	mu       sync.Mutex
	conns    map[*conn]bool
	logins   int // conns that have not logged in
	sessions map[*session]bool
	stopping bool
	left     sync.Cond // a session has ended
}

// New makes a server. A key of the host is needed: without one charm.land/wish would
// write one into the working directory.
func New(o Options) (*Server, error) {
	if o.HostKey == nil {
		return nil, errors.New("an SSH server needs a host key")
	}
	s := &Server{options: o, conns: map[*conn]bool{}, sessions: map[*session]bool{}, log: log.New(io.Discard, "", 0)}
	s.left.L = &s.mu
	if o.Log != nil {
		s.log = log.New(o.Log, "ssh: ", 0)
	}
	options := []ssh.Option{s.set, ssh.EmulatePty(), wish.WithVersion("cvae"), wish.WithMiddleware(s.chat)}
	if o.Authorized != nil {
		options = append(options, wish.WithPublicKeyAuth(func(_ ssh.Context, key ssh.PublicKey) bool {
			return o.Authorized.holds(key, func(fault error) { s.log.Print(fault) })
		}))
	}
	var err error
	if s.ssh, err = wish.NewServer(options...); err != nil {
		return nil, fmt.Errorf("making the SSH server: %w", err)
	}
	return s, nil
}

// set shuts what is open unless it is shut: the channels, requests and subsystems of
// others, and commands.
func (s *Server) set(to *ssh.Server) error {
	to.AddHostKey(s.options.HostKey)
	to.HandshakeTimeout = s.options.Login
	to.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel}
	to.RequestHandlers, to.SubsystemHandlers = map[string]ssh.RequestHandler{}, map[string]ssh.SubsystemHandler{}
	to.SessionRequestCallback = allow
	to.ConnCallback = s.accept
	to.ConnectionFailedCallback = func(c net.Conn, err error) { s.log.Printf("nobody from %s: %s", c.RemoteAddr(), why(err)) }
	to.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
		return &gossh.ServerConfig{MaxAuthTries: mostTries, AuthLogCallback: func(_ gossh.ConnMetadata, _ string, err error) {
			if err == nil {
				s.loggedIn(ctx.Value(connKey{}).(*conn))
			}
		}}
	}
	return nil
}

// why says for the log why a client did not log in.
func why(err error) string {
	var tries *gossh.ServerAuthError
	if errors.As(err, &tries) {
		return "none of its keys may come in"
	}
	return brief(err.Error())
}

// allow lets chats begin, and says why nothing else does.
func allow(s ssh.Session, kind string) bool {
	if kind == "shell" {
		return true
	}
	fmt.Fprint(s.Stderr(), "cvae: there is only the chat here, no commands and no files; connect without a command\r\n")
	time.Sleep(shown) // OpenSSH ends at a refusal and does not print what it has just read
	return false
}

// channel opens a session, as many at a time on a connection as there may be.
func (s *Server) channel(server *ssh.Server, c *gossh.ServerConn, offered gossh.NewChannel, ctx ssh.Context) {
	own := ctx.Value(connKey{}).(*conn)
	if !own.open(1) {
		_ = offered.Reject(gossh.ResourceShortage, "too many sessions on this connection")
		return
	}
	defer own.open(-1)
	t := newTerminal()
	ssh.DefaultSessionHandler(server, c, gate{offered, t}, channelContext{ctx, t})
}

// Serve gives chats on a listener until ctx ends. Then it takes in nobody, tells those who
// are there, and ends their chats when the option Drain has passed.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- s.ssh.Serve(l) }()
	select {
	case err := <-ended:
		s.end(0)
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	_ = l.Close() // Serve, which it ends, tells nothing more
	s.end(s.options.Drain)
	return nil
}

// end ends all chats within a time, and then all connections.
func (s *Server) end(drain time.Duration) {
	s.mu.Lock()
	s.stopping = true
	for c := range s.sessions {
		if drain > 0 {
			c.note(fmt.Sprintf("The server stops: this chat ends in %s. /quit leaves now.", drain))
		}
	}
	s.mu.Unlock()
	s.wait(drain)
	s.mu.Lock()
	for c := range s.sessions {
		c.end(errStopping)
	}
	s.mu.Unlock()
	s.wait(2 * patience)
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Conn.Close()
	}
	s.mu.Unlock()
	_ = s.ssh.Close()
}

// wait waits until no chat is left, for a time.
func (s *Server) wait(most time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	late := false
	timer := time.AfterFunc(most, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.left.Broadcast()
	})
	defer timer.Stop()
	for len(s.sessions) > 0 && !late {
		s.left.Wait()
	}
}
