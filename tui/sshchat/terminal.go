package sshchat

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tui/chat"
)

// The bounds of a window, in cells; each takes some 200 bytes.
const (
	mostWidth  = 500
	mostHeight = 200
)

// usual is the size of a window that has none.
var usual = chat.Size{Width: 80, Height: 24}

// A terminal is what a client says of its own, on one channel.
type terminal struct {
	asked   bool // for by the client
	kind    string
	environ map[string]string
	size    chat.Size      // at first
	sizes   chan chat.Size // the newest, once
}

func newTerminal() *terminal {
	return &terminal{environ: map[string]string{}, size: usual, sizes: make(chan chat.Size, 1)}
}

// colours are the variables of a client that are taken.
var colours = []string{"COLORTERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}

// admit passes those requests of a client on that have a place here, until there are no
// more. It refuses the others, agent forwarding among them, and answers itself to what
// charm.land/ssh v0.4.3 keeps without a bound or waits with.
func (t *terminal) admit(in <-chan *gossh.Request, out chan<- *gossh.Request) {
	defer close(out)
	for request := range in {
		switch request.Type {
		case "pty-req":
			if !t.asked && t.begin(request.Payload) {
				out <- request
				continue
			}
		case "shell", "exec", "subsystem": // see Server.allow
			out <- request
			continue
		case "window-change":
			t.resize(request.Payload)
		case "env":
			t.set(request.Payload)
		}
		if request.WantReply {
			_ = request.Reply(false, nil) // who has left needs none
		}
	}
}

// begin reads a pty-req, RFC 4254 section 6.2.
func (t *terminal) begin(payload []byte) bool {
	var p struct {
		Term                                 string
		Columns, Rows, PixelWidth, PixelRows uint32
		Modes                                string
	}
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	t.asked, t.kind, t.size = true, p.Term, bounded(p.Columns, p.Rows)
	if !isWord(t.kind) {
		t.kind = "xterm"
	}
	return true
}

// resize reads a window-change, RFC 4254 section 6.7. Only the newest size is kept.
func (t *terminal) resize(payload []byte) {
	var p struct{ Columns, Rows, PixelWidth, PixelRows uint32 }
	if gossh.Unmarshal(payload, &p) != nil {
		return
	}
	select {
	case <-t.sizes:
	default:
	}
	t.sizes <- bounded(p.Columns, p.Rows) // has room: nobody else sends
}

// set reads an env, RFC 4254 section 6.4.
func (t *terminal) set(payload []byte) {
	var p struct{ Name, Value string }
	if gossh.Unmarshal(payload, &p) == nil && slices.Contains(colours, p.Name) && isWord(p.Value) {
		t.environ[p.Name] = p.Value
	}
}

// variables are the environment of a chat. SSH_TTY says that answers of the terminal may
// come late.
func (t *terminal) variables() []string {
	out := []string{"TERM=" + t.kind, "SSH_TTY=ssh"}
	for _, name := range slices.Sorted(maps.Keys(t.environ)) {
		out = append(out, name+"="+t.environ[name])
	}
	return out
}

// bounded is a size as far as there is memory for it; a client that knows none says 0.
func bounded(width, height uint32) chat.Size {
	if width == 0 || height == 0 {
		return usual
	}
	return chat.Size{Width: int(min(width, mostWidth)), Height: int(min(height, mostHeight))}
}

// isWord reports whether a text is short and may stand in an environment.
func isWord(s string) bool {
	const longest = 64
	return s != "" && len(s) <= longest && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' }) < 0
}

// screen is where a chat draws. Bubbletea takes it that the terminal of another machine
// makes a carriage return of a line feed, which charm.land/ssh does for it, except on
// Windows: there a line feed must go down and no more, which is IND.
func screen(w io.Writer) io.Writer {
	if runtime.GOOS != "windows" {
		return w
	}
	return index{w}
}

type index struct{ io.Writer }

// Write implements io.Writer.
func (x index) Write(p []byte) (int, error) {
	if _, err := io.WriteString(x.Writer, strings.ReplaceAll(string(p), "\n", "\x1bD")); err != nil {
		return 0, err
	}
	return len(p), nil
}

// A gate is a channel that is offered, with admit before its requests.
type gate struct {
	gossh.NewChannel
	terminal *terminal
}

// Accept implements gossh.NewChannel.
func (g gate) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	channel, requests, err := g.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	admitted := make(chan *gossh.Request)
	go g.terminal.admit(requests, admitted)
	return channel, admitted, nil
}

// A channelContext is the context of a connection, on one of its channels.
type channelContext struct {
	ssh.Context
	terminal *terminal
}

// terminalKey is the key of the terminal in the context of a channel.
type terminalKey struct{}

// Value implements context.Context.
func (c channelContext) Value(key any) any {
	if key == (terminalKey{}) {
		return c.terminal
	}
	return c.Context.Value(key)
}

func terminalOf(s ssh.Session) *terminal { return s.Context().Value(terminalKey{}).(*terminal) }

// brief is a text that a client may have a hand in, on a line of the log.
func brief(text string) string {
	const longest = 150
	line := []rune(safe.Line(text))
	if len(line) > longest {
		line = append(line[:longest], '…')
	}
	return string(line)
}

// describe says who a client is, for the log. A name is what the client says it is.
func describe(s ssh.Session) string {
	name := []rune(s.User())
	const longest = 64
	who := fmt.Sprintf("%q", string(name[:min(longest, len(name))]))
	if key := s.PublicKey(); key != nil {
		who += " with " + gossh.FingerprintSHA256(key)
	}
	return who + " from " + s.RemoteAddr().String()
}
