package sshchat_test

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/sshchat"
)

// TestChat: a greeting, a turn with its candidates, and away. The log says who and how
// long, and nothing of what was said.
func TestChat(t *testing.T) {
	s := serve(t, nil)
	term := s.shell(t, "ann\n\x1b[2J")
	term.screen.sees(t, "Nothing that is said here is saved.")
	term.press(t, "a secret\r")
	term.screen.sees(t, "echo 1 of A SECRET")
	term.press(t, "/quit\r")
	term.leaves(t, 0)
	s.log.sees(t, "leaves after ")
	log := s.log.String()
	if !strings.Contains(log, `"ann\n\x1b[2J" from 127.0.0.1:`) || strings.Contains(strings.ToLower(log), "secret") || strings.Count(log, "\n") != 2 {
		t.Errorf("the log is %q", log)
	}
}

// TestInterrupt: ctrl+c leaves too.
func TestInterrupt(t *testing.T) {
	term := serve(t, nil).shell(t, "ann")
	term.screen.sees(t, "saved.")
	term.press(t, "\x03")
	term.leaves(t, 0)
}

// TestUserNamesModel: the name of the user is given to Open.
func TestUserNamesModel(t *testing.T) {
	s := serve(t, nil)
	s.shell(t, "tea").screen.sees(t, "the model of tea")
}

// TestHundred: so many chats at a time, each with its own answers; the next is told that
// there is no room, and comes in once somebody has left. Nothing is left of them.
func TestHundred(t *testing.T) {
	const many = 100
	s := serve(t, func(o *sshchat.Options) { o.Sessions = many })
	before := runtime.NumGoroutine()
	terms := make([]*terminal, many)
	var all sync.WaitGroup
	for i := range terms {
		all.Go(func() {
			c, err := s.login(fmt.Sprint("user", i))
			if err != nil {
				t.Error(err)
				return
			}
			terms[i] = shell(t, c, 60+i, 20+i/4)
			terms[i].screen.sees(t, fmt.Sprint("the model of user", i))
			terms[i].press(t, fmt.Sprintf("turn%d!\r", i))
			terms[i].screen.sees(t, fmt.Sprintf("TURN%d!", i))
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	late := s.shell(t, "late")
	late.leaves(t, 1)
	late.faults.sees(t, "cvae: all 100 chats are taken; come again later\r\n")
	for i, term := range terms {
		for j := range terms {
			if other := fmt.Sprintf("TURN%d!", j); i != j && strings.Contains(term.screen.String(), other) {
				t.Fatalf("session %d shows %s", i, other)
			}
		}
	}
	terms[0].press(t, "/quit\r")
	terms[0].leaves(t, 0)
	again := s.shell(t, "again")
	again.screen.sees(t, "the model of again")
	again.press(t, "/quit\r")
	again.leaves(t, 0)
	for _, term := range terms[1:] {
		term.press(t, "/quit\r")
	}
	for _, term := range terms[1:] {
		term.leaves(t, 0)
	}
	returns(t, before+4) // connections of clients that t closes at its end
}

// returns waits until no more than so many goroutines are left.
func returns(t testing.TB, most int) {
	t.Helper()
	n := 0
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if n = runtime.NumGoroutine(); n <= most+20 {
			return
		}
	}
	text := make([]byte, 1<<20)
	t.Fatalf("%d goroutines are left, and there were %d:\n%s", n, most, text[:runtime.Stack(text, true)])
}

// TestIdle: who does not type for long is told, and leaves. Keys keep a chat.
func TestIdle(t *testing.T) {
	s := serve(t, func(o *sshchat.Options) { o.Idle = 2 * time.Second })
	idle, busy := s.shell(t, "idle"), s.shell(t, "busy")
	for range 12 {
		busy.press(t, "x")
		time.Sleep(300 * time.Millisecond)
	}
	idle.leaves(t, 0)
	idle.screen.sees(t, "cvae: nobody typed for 2s, so the chat has ended\r\n")
	s.log.sees(t, ", idle")
	busy.press(t, "\x15/quit\r")
	busy.leaves(t, 0)
}

// TestStop: who is there is told, and is let finish; nobody comes in any more.
func TestStop(t *testing.T) {
	s := serve(t, func(o *sshchat.Options) { o.Drain = 5 * time.Second })
	client := s.client(t, "ann")
	leaves, stays := shell(t, client, 120, 40), s.shell(t, "bob")
	leaves.screen.sees(t, "saved.")
	stays.screen.sees(t, "saved.")
	s.stop()
	for _, term := range []*terminal{leaves, stays} {
		term.screen.sees(t, "The server stops: this chat ends in 5s.")
	}
	if _, err := s.login("late"); err == nil {
		t.Error("somebody came in")
	}
	late := shell(t, client, 120, 40)
	late.leaves(t, 1)
	late.faults.sees(t, "the server stops; come again later")
	leaves.press(t, "a word\r")
	leaves.screen.sees(t, "echo 1 of A WORD")
	leaves.press(t, "/quit\r")
	leaves.leaves(t, 0)
	stays.leaves(t, 0)
	stays.screen.sees(t, "cvae: the server stops, so the chat has ended\r\n")
	select {
	case err := <-s.ended:
		if err != nil {
			t.Error(err)
		}
		s.ended <- nil
	case <-time.After(patience):
		t.Error("the server does not stop")
	}
}

// TestAuthorized: those whose key is in the file come in, as long as it is, and nobody
// does with a password or without a key.
func TestAuthorized(t *testing.T) {
	mine, other := newKey(t), newKey(t)
	path := write(t, "# friends\n\n"+authorizedLine(newKey(t))+authorizedLine(mine))
	s := serve(t, func(o *sshchat.Options) {
		var err error
		if o.Authorized, err = sshchat.NewAuthorized(path); err != nil {
			t.Fatal(err)
		}
	})
	refused := func(what string, with ...gossh.AuthMethod) {
		t.Helper()
		if c, err := s.login("ann", with...); err == nil {
			c.Close()
			t.Errorf("%s came in", what)
		}
	}
	refused("nobody's key")
	refused("another key", gossh.PublicKeys(other))
	refused("a password", gossh.Password("secret"))
	refused("a challenge", gossh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		return make([]string, len(questions)), nil
	}))
	c, err := s.login("ann", gossh.PublicKeys(other, mine))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	shell(t, c, 120, 40).screen.sees(t, "saved.")
	s.log.sees(t, `"ann" with `+gossh.FingerprintSHA256(mine.PublicKey())+" from 127.0.0.1:")
	if err := os.WriteFile(path, []byte("what\n"+authorizedLine(other)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("a key that was taken out", gossh.PublicKeys(mine))
	s.log.sees(t, "authorized_keys, line 1: this is no public key")
	if c, err := s.login("bob", gossh.PublicKeys(other)); err != nil {
		t.Errorf("the key below a bad line: %v", err)
	} else {
		c.Close()
	}
	var seven []gossh.Signer
	for range 7 {
		seven = append(seven, newKey(t))
	}
	refused("a key after six others", gossh.PublicKeys(append(seven, other)...))
	s.log.sees(t, "none of its keys may come in")
}

// TestNeedsHostKey: none is made up, and none is written where the process stands.
func TestNeedsHostKey(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := sshchat.New(sshchat.DefaultOptions()); err == nil {
		t.Error("a server without a key")
	}
	serve(t, nil).shell(t, "ann").screen.sees(t, "saved.")
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestListenerFails: a server that cannot go on says so.
func TestListenerFails(t *testing.T) {
	key, err := sshchat.HostKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := sshchat.DefaultOptions()
	o.HostKey, o.Open = key, func(string) (dialog.Responder, chat.Options) { return echo{}, chat.Options{} }
	of, err := sshchat.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := of.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "serving on 127.0.0.1:") {
		t.Error(err)
	}
}
