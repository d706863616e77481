package sshchat_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/sshchat"
)

// echo answers with what was said. It is one for all sessions, as a model is.
type echo struct{ name string }

func (e echo) Describe(context.Context) (dialog.Card, error) {
	return dialog.Card{Name: e.name, Method: "echo", Parameters: 1, Vocabulary: 1}, nil
}

func (e echo) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (dialog.Reply, error) {
	reply := dialog.Reply{Context: q.Context, Seed: q.Seed}
	for i := range q.N {
		text := fmt.Sprintf("echo %d of %s", i+1, strings.ToUpper(q.Context[len(q.Context)-1]))
		if stream != nil {
			stream(dialog.Delta{Index: i, Text: text})
		}
		reply.Responses = append(reply.Responses, dialog.Response{Text: text, Tokens: strings.Fields(text)})
	}
	return reply, ctx.Err()
}

// A watched buffer can be looked at while it is written.
type watched struct {
	mu   sync.Mutex
	text []byte
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	return len(p), nil
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.text)
}

// patience is how long anything may take here, on a machine that does much else.
const patience = 4 * time.Minute

func (w *watched) sees(t testing.TB, text string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		w.mu.Lock()
		seen := bytes.Contains(w.text, []byte(text))
		w.mu.Unlock()
		if seen {
			return
		}
	}
	all := w.String()
	t.Fatalf("no %q at the end of %d bytes, %q", text, len(all), all[max(0, len(all)-400):])
}

// A server under test.
type server struct {
	address string
	log     *watched
	stop    context.CancelFunc
	ended   chan error
}

// serve starts a server on loopback with some options changed.
func serve(t testing.TB, change func(*sshchat.Options)) *server {
	t.Helper()
	key, err := sshchat.HostKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &server{log: &watched{}, ended: make(chan error, 1)}
	o := sshchat.DefaultOptions()
	o.HostKey, o.Log, o.Drain = key, s.log, 0
	o.Open = func(user string) (dialog.Responder, chat.Options) {
		return echo{"the model of " + user}, chat.Options{Settings: dialog.Sampling{N: 2, TopP: 1, PriorScale: 1, Seed: 1}}
	}
	if change != nil {
		change(&o)
	}
	of, err := sshchat.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	go func() { s.ended <- of.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-s.ended:
			if err != nil {
				t.Error(err)
			}
			s.ended <- nil
		case <-time.After(patience):
			t.Error("the server does not stop")
		}
	})
	return s
}

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewSignerFromKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func authorizedLine(key gossh.Signer) string {
	return string(gossh.MarshalAuthorizedKey(key.PublicKey()))
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// login connects as a user.
func (s *server) login(user string, with ...gossh.AuthMethod) (*gossh.Client, error) {
	return gossh.Dial("tcp", s.address, &gossh.ClientConfig{User: user, Auth: with, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience})
}

func (s *server) client(t testing.TB, user string) *gossh.Client {
	t.Helper()
	c, err := s.login(user)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A terminal under test.
type terminal struct {
	*gossh.Session
	keys   io.WriteCloser
	screen *watched
	faults *watched
}

// shell opens a chat in a window.
func shell(t testing.TB, c *gossh.Client, width, height int) *terminal {
	t.Helper()
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{Session: session, screen: &watched{}, faults: &watched{}}
	session.Stdout, session.Stderr = term.screen, term.faults
	if term.keys, err = session.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm-256color", height, width, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	return term
}

func (s *server) shell(t testing.TB, user string) *terminal {
	t.Helper()
	return shell(t, s.client(t, user), 120, 40)
}

func (term *terminal) press(t testing.TB, keys string) {
	t.Helper()
	if _, err := io.WriteString(term.keys, keys); err != nil {
		t.Fatal(err)
	}
}

// leaves waits until the session has ended, with a status.
func (term *terminal) leaves(t testing.TB, status int) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- term.Wait() }()
	select {
	case err := <-ended:
		got := 0
		if exit, is := err.(*gossh.ExitError); is {
			got = exit.ExitStatus()
		} else if err != nil {
			got = -1
		}
		if got != status {
			t.Fatalf("it ends with %d, %v; want %d", got, err, status)
		}
	case <-time.After(patience):
		t.Fatal("the session does not end")
	}
}
