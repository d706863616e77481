package sshchat_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/tui/sshchat"
)

// stillServes fails unless the next who comes has a chat.
func (s *server) stillServes(t testing.TB) {
	t.Helper()
	term := s.shell(t, "next")
	term.press(t, "a turn\r")
	term.screen.sees(t, "echo 1 of A TURN")
	term.press(t, "/quit\r")
	term.leaves(t, 0)
}

// TestNothingElse: no command, no subsystem, no forwarding, no file.
func TestNothingElse(t *testing.T) {
	s := serve(t, nil)
	c := s.client(t, "ann")
	for _, what := range []struct {
		kind string
		text string
	}{{"exec", "sh -c 'touch here'"}, {"exec", ""}, {"subsystem", "sftp"}, {"subsystem", "netconf"}} {
		session, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		faults := &watched{}
		session.Stderr = faults
		if ok, err := session.SendRequest(what.kind, true, gossh.Marshal(struct{ Text string }{what.text})); ok || err != nil {
			t.Errorf("%s %q: %v, %v", what.kind, what.text, ok, err)
		}
		_ = session.Shell() // starts the reading of what was said
		faults.sees(t, "cvae: there is only the chat here, no commands and no files")
		session.Close()
	}
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "signal", "break", "xon-xoff", "unheard of"} {
		if ok, err := session.SendRequest(kind, true, make([]byte, 40)); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
	}
	session.Close()
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "forwarded-tcpip", "tun@openssh.com", "default"} {
		if _, _, err := c.OpenChannel(kind, make([]byte, 40)); err == nil {
			t.Errorf("a channel of the kind %s", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "cancel-tcpip-forward", "default"} {
		if ok, _, err := c.SendRequest(kind, true, gossh.Marshal(struct {
			Host string
			Port uint32
		}{"127.0.0.1", 0})); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("a port was forwarded")
	}
	if _, err := c.Dial("tcp", s.address); err == nil {
		t.Error("the server connects for its client")
	}
	s.stillServes(t)
}

// TestDumb: a terminal that cannot draw, and whose lines nobody edits, is told what to do.
func TestDumb(t *testing.T) {
	session, err := serve(t, nil).client(t, "ann").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{Session: session, faults: &watched{}}
	session.Stderr = term.faults
	if err := session.RequestPty("dumb", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	term.leaves(t, 1)
	term.faults.sees(t, "cvae: the chat needs a terminal that it can draw on; connect with ssh -T for a conversation in lines\r\n")
}

// lines has the conversation of a client without a terminal, to its end.
func lines(t *testing.T, s *server, text string) string {
	t.Helper()
	session, err := s.client(t, "ann").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{Session: session, screen: &watched{}, faults: &watched{}}
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader(text), term.screen, term.faults
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	term.leaves(t, 0)
	return term.screen.String()
}

// TestLines: without a terminal there is the conversation in lines, which draws nothing, reaches
// no file and ends with its input or at so many bytes.
func TestLines(t *testing.T) {
	t.Chdir(t.TempDir())
	s := serve(t, nil)
	said := lines(t, s, "a turn\n2\nanother\n/export there.txt\n/quit\nunheard\n")
	for _, want := range []string{"the model of ann", "1. echo 1 of A TURN\n", "cvae: echo 2 of A TURN\n", "1. echo 1 of ANOTHER\n", "/export"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %q", want, said)
		}
	}
	if strings.ContainsAny(said, "\x1b\r") || strings.Contains(said, "UNHEARD") {
		t.Errorf("the conversation is %q", said)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("the working directory has %v, %v", entries, err)
	}
	if said := lines(t, s, strings.Repeat("a", 1<<17)); !strings.Contains(said, "more than 65536 bytes came") {
		t.Errorf("a stream without an end: %q", said[max(0, len(said)-300):])
	}
	s.stillServes(t)
}

// TestChannels: a connection has so many sessions at a time, and others again later.
func TestChannels(t *testing.T) {
	s := serve(t, nil)
	c := s.client(t, "ann")
	var sessions []*gossh.Session
	for {
		session, err := c.NewSession()
		if err != nil {
			if !strings.Contains(err.Error(), "too many sessions on this connection") {
				t.Error(err)
			}
			break
		}
		if sessions = append(sessions, session); len(sessions) > 100 {
			t.Fatal("there is no end")
		}
	}
	for _, session := range sessions {
		session.Close()
	}
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if session, err := c.NewSession(); err == nil {
			session.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal("there is no room again")
		}
	}
}

// TestStrangers: what is no SSH, what is silent, and what stays in the door are put out,
// and hold up nobody. None of them leaves anything.
func TestStrangers(t *testing.T) {
	s := serve(t, func(o *sshchat.Options) { o.Login = 2 * time.Second })
	s.stillServes(t)
	before := runtime.NumGoroutine()
	for name, text := range map[string]string{
		"nothing": "", "half a line": "SSH-2.0-", "another protocol": "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "an old version": "SSH-1.5-x\r\n",
		"zeros": strings.Repeat("\x00", 1<<16), "no end": strings.Repeat("a", 1<<20), "a huge packet": "SSH-2.0-x\r\n\xff\xff\xff\xff\x00", "a bad packet": "SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14" + strings.Repeat("\xee", 40),
	} {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go io.WriteString(c, text)
		if name == "half a line" {
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		c.SetReadDeadline(began.Add(patience))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("%s: the server keeps the connection", name)
		}
	}
	s.log.sees(t, "nobody from 127.0.0.1:")
	forge(t, s.address)
	s.log.sees(t, "no common algorithm")
	for _, line := range strings.Split(strings.TrimSuffix(s.log.String(), "\n"), "\n") {
		if strings.HasPrefix(line, "ssh: \"root\"") || strings.Contains(line, "\x1b") || len(line) > 400 {
			t.Errorf("the log has the line %.500q", line)
		}
	}
	c := s.client(t, "in the door")
	if err := c.Wait(); err == nil {
		t.Error("a connection without a chat stays")
	}
	s.stillServes(t)
	returns(t, before)
}

// forge offers ways of exchanging keys, which the server tells in its log, in the form of
// a line of the log.
func forge(t *testing.T, address string) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	payload := gossh.Marshal(struct { // RFC 4253, section 7.1
		Cookie                      [16]byte `sshtype:"20"`
		Exchanges, Keys, A, B, C, D []string
		E, F, G, H                  []string
		Follows                     bool
		Reserved                    uint32
	}{Exchanges: []string{"x\nssh: \"root\" enters\x1b[2J" + strings.Repeat("y", 5000)}})
	padding := 16 - (len(payload)+5)%8
	packet := append(binary.BigEndian.AppendUint32([]byte("SSH-2.0-x\r\n"), uint32(1+len(payload)+padding)), byte(padding))
	if _, err := c.Write(append(append(packet, payload...), make([]byte, padding)...)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); err != nil {
		t.Log(err)
	}
}

// TestHangUp: a client that is gone, or has closed one direction, leaves nothing.
func TestHangUp(t *testing.T) {
	s := serve(t, nil)
	s.stillServes(t)
	before := runtime.NumGoroutine()
	for range 5 {
		c := s.client(t, "ann")
		term := shell(t, c, 120, 40)
		term.screen.sees(t, "saved.")
		term.press(t, "a turn\r"+strings.Repeat("keys", 1000))
		c.Close()
	}
	half := s.shell(t, "half")
	half.screen.sees(t, "saved.")
	half.keys.Close() // an end of the input
	half.leaves(t, 0)
	returns(t, before)
}

// change is a window-change.
func change(width, height uint32) []byte {
	return gossh.Marshal(struct{ Columns, Rows, PixelWidth, PixelRows uint32 }{width, height, 0, 0})
}

// TestWindows: no size takes more memory than the largest window, however it is told, and
// many changes leave the last.
func TestWindows(t *testing.T) {
	s := serve(t, nil)
	c := s.client(t, "ann")
	var before, after runtime.MemStats
	for _, size := range [][2]int{{0, 0}, {1, 1}, {1 << 30, 1 << 30}, {1 << 30, 1}, {0, 1 << 31}} {
		runtime.ReadMemStats(&before)
		term := shell(t, c, size[0], size[1])
		for range 3 {
			if _, err := term.SendRequest("window-change", false, change(uint32(size[0]), uint32(size[1]))); err != nil {
				t.Fatal(err)
			}
			term.press(t, "\x1b[8;60000;60000t\x1b[48;60000;60000;60000;60000t")
			time.Sleep(100 * time.Millisecond)
		}
		if _, err := term.SendRequest("window-change", false, change(120, 40)); err != nil {
			t.Fatal(err)
		}
		term.screen.sees(t, "saved.")
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 500<<20 {
			t.Errorf("a window of %d takes %d MiB", size, grown>>20)
		}
		term.press(t, "/quit\r")
		term.leaves(t, 0)
	}
	term := shell(t, c, 120, 40)
	for i := range uint32(20000) {
		if _, err := term.SendRequest("window-change", false, change(i%300, i%90)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := term.SendRequest("window-change", false, change(40, 10)); err != nil {
		t.Fatal(err)
	}
	term.screen.sees(t, "This window has 40×10 cells")
	term.press(t, "/quit\r")
	term.leaves(t, 0)
}

// TestRequestsBeforeShell: whatever comes before a chat neither waits nor gathers.
func TestRequestsBeforeShell(t *testing.T) {
	s := serve(t, nil)
	c := s.client(t, "ann")
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("../../etc/passwd", 10, 10, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm", 10, 10, nil); err == nil {
		t.Error("a second terminal")
	}
	long := strings.Repeat("x", 1<<14)
	for i := range uint32(2000) {
		for kind, payload := range map[string][]byte{
			"window-change": change(i, i), "signal": gossh.Marshal(struct{ Name string }{"INT"}), "env": gossh.Marshal(struct{ Name, Value string }{fmt.Sprint(long, i), long}), "pty-req": {1},
		} {
			if _, err := session.SendRequest(kind, false, payload); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ok, err := session.SendRequest("window-change", true, []byte{1}); ok || err != nil {
		t.Errorf("half a size: %v, %v", ok, err)
	}
	session.Close()
	s.stillServes(t)
}

// stall opens a chat that reads nothing, and has it draw until it cannot.
func (s *server) stall(t *testing.T) {
	t.Helper()
	session, err := s.client(t, "slow").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.StdinPipe(); err != nil { // or the input has an end
		t.Fatal(err)
	}
	if _, err := session.StdoutPipe(); err != nil { // which nobody reads
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm-256color", 200, 500, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	for i := range uint32(100) { // each draws the whole window anew
		if _, err := session.SendRequest("window-change", false, change(400+i%2*90, 190)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Millisecond)
	}
}

// TestSlowReader: a client that reads nothing holds up nobody.
func TestSlowReader(t *testing.T) {
	s := serve(t, nil)
	s.stall(t)
	s.stillServes(t)
}

// TestSlowReaderIdle: it is put out once it is idle, although it does not take the end.
func TestSlowReaderIdle(t *testing.T) {
	s := serve(t, func(o *sshchat.Options) { o.Idle = 6 * time.Second })
	s.stall(t)
	s.log.sees(t, ", idle")
}

// TestFlood: what a terminal sends without a key in it ends its chat.
func TestFlood(t *testing.T) {
	s := serve(t, nil)
	term := s.shell(t, "ann")
	term.screen.sees(t, "saved.")
	go io.WriteString(term.keys, "\x1b[200~"+strings.Repeat("paste", 1<<20))
	term.leaves(t, 0)
	term.screen.sees(t, "cvae: the terminal sends what is no key, so the chat has ended\r\n")
	s.log.sees(t, "the terminal sends what is no key")
	s.stillServes(t)
}

// TestKeyStorm: any bytes leave a chat that goes on, or one that has ended; the server
// goes on in any case.
func TestKeyStorm(t *testing.T) {
	s := serve(t, nil)
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"\x1b", "\x1b[", "\x1bO", "\x1b]", "\x1bP", "\x1b_", "\x1b[200~", "\x1b[201~", "\x1b\\", "\x07", "\x9b", "\xc2", "\xf0\x9f", "👩‍👩‍👧", "\u200d", ";", ":", "1", "65535", "99999999999999999999",
		"u", "~", "m", "M", "<", "t", "c", "R", "A", "_", "\r", "\t", "\x7f", "\x00", "\x1a", "\x12", "\x16", "\x0f", "word ", "/n 12\r", "/walk\r", "/why\r", "/help\r", "/export md x\r"}
	for range 30 {
		term := s.shell(t, "storm")
		var keys strings.Builder
		for range 400 {
			keys.WriteString(pieces[r.IntN(len(pieces))])
		}
		if _, err := io.WriteString(term.keys, keys.String()); err != nil {
			continue // it has left
		}
		term.Session.Close()
	}
	s.stillServes(t)
	if log := s.log.String(); strings.Contains(log, "fault") {
		t.Error(log)
	}
}
