package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/keystorm"
)

// driveRemote is a chat on the terminal of another machine, whose options name all that
// it must not reach.
func driveRemote(t *testing.T) (d *driver, reached func() []string) {
	t.Helper()
	here := t.TempDir()
	t.Chdir(here)
	o := fakeOptions(t)
	o.Store.Dir = filepath.Join(here, "store")
	o.Editor = "touch " + filepath.Join(here, "edited") + " #"
	o.Remote = &Remote{}
	return driveWith(t, &fake{}, fakeCard(), o, roomyWidth, roomyHeight), func() (names []string) {
		entries, err := os.ReadDir(here)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
}

// TestRemoteReachesNothing: no command of the whole table, whatever its argument, and no
// key leaves a file behind.
func TestRemoteReachesNothing(t *testing.T) {
	d, reached := driveRemote(t)
	d.line("shall we go out ?")
	d.press("2")
	for _, c := range commands() {
		for _, argument := range []string{"", "1", "md talk.md", "md talk.md!", "jsonl ../x!", "a title", "!"} {
			if c.name != "quit" {
				d.line("/" + c.name + " " + argument)
			}
		}
	}
	for _, k := range keystorm.Keys() {
		d.send(k)
	}
	if names := reached(); len(names) > 0 {
		t.Errorf("the chat left %q", names)
	}
}

// TestLocalReaches is the other side: without Remote the same commands do leave files.
func TestLocalReaches(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	d := drive(t, roomyWidth, roomyHeight)
	d.line("shall we go out ?")
	d.line("/export md talk.md")
	if _, err := os.Stat("talk.md"); err != nil {
		t.Error(err)
	}
}

// TestRemoteLacks: what reaches this machine is neither in /help, nor completed, nor known.
func TestRemoteLacks(t *testing.T) {
	d, _ := driveRemote(t)
	for _, c := range commands() {
		if !c.local {
			continue
		}
		d.line("/" + c.name + " x")
		d.sees("There is no command /" + c.name)
		d.press("/" + c.name)
		if all := d.entry.completions(); len(all) > 0 {
			t.Errorf("/%s is completed to %v", c.name, all)
		}
		d.press("esc")
	}
	local := drive(t, roomyWidth, roomyHeight)
	for _, key := range []string{"ctrl+o", "ctrl+v"} {
		if d.binds(key) || !local.binds(key) {
			t.Errorf("%s is bound: %v elsewhere, %v here", key, d.binds(key), local.binds(key))
		}
	}
}

// binds reports whether a key does something anywhere.
func (d *driver) binds(key string) bool {
	return slices.ContainsFunc(d.keymaps(), func(k *keymap) bool {
		return slices.ContainsFunc(k.bindings, func(b binding) bool { return slices.Contains(b.keys, key) })
	})
}

// TestRemoteHelp shows what there is.
func TestRemoteHelp(t *testing.T) {
	o := fakeOptions(t)
	o.Remote = &Remote{}
	d := driveWith(t, &fake{}, fakeCard(), o, 100, 60)
	d.line("/help")
	var lines []string
	for _, line := range strings.Split(d.plain(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
}

// heardOf is what hear passes on of an input.
func heardOf(t *testing.T, in io.Reader) (msgs []tea.Msg, err error) {
	t.Helper()
	err = hear(t.Context(), in, func(msg tea.Msg) { msgs = append(msgs, msg) })
	return msgs, err
}

// TestHear: keys and pastes are passed on; a size that the terminal claims to have, which
// would take memory, and what nobody asked for are not.
func TestHear(t *testing.T) {
	in := "a\x1b[8;60000;60000t\x1b[48;9999;9999;1;1t\x1b[<0;1;1M\x1b[I\x1b]52;c;aGk=\x07\x1b[200~pasted\x1b[201~\x1b]11;rgb:0000/0000/0000\x07b"
	msgs, err := heardOf(t, strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, msg := range msgs {
		got = append(got, fmt.Sprintf("%T %v", msg, msg))
	}
	want := []string{"uv.KeyPressEvent a", "uv.PasteEvent pasted", "uv.BackgroundColorEvent #000000", "uv.KeyPressEvent b"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
}

// endless gives the same bytes for ever.
type endless struct {
	text string
	at   int
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.text[e.at%len(e.text)]
		e.at++
	}
	e.read += len(p)
	return len(p), nil
}

// TestHearFlood: what never becomes a key ends the listening, and not the memory.
func TestHearFlood(t *testing.T) {
	for name, begin := range map[string]string{"a paste": "\x1b[200~", "a title": "\x1b]0;", "a number": "\x1b[", "a device string": "\x1bP", "sizes": "\x1b[8;9;9t"} {
		rest := &endless{text: "1"}
		if name == "sizes" {
			rest.text = begin
		}
		msgs, err := heardOf(t, io.MultiReader(strings.NewReader(begin), io.LimitReader(rest, 4*mostUnheard)))
		if len(msgs) > 0 && name != "a paste" && name != "sizes" {
			continue // the machine paused for 50 ms, after which the rest are keys
		}
		if !errors.Is(err, ErrFlood) {
			t.Errorf("%s: %v", name, err)
		}
		if rest.read > 2*mostUnheard {
			t.Errorf("%s: %d bytes were read", name, rest.read)
		}
	}
	keys := io.LimitReader(&endless{text: "many keys "}, 2*mostUnheard)
	if msgs, err := heardOf(t, keys); err != nil || len(msgs) != 2*mostUnheard {
		t.Errorf("%d keys, %v", len(msgs), err)
	}
}

// TestHearEnds: keys that come after the end of ctx leave nothing waiting.
func TestHearEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, keys := io.Pipe()
	var once sync.Once
	done := make(chan error, 1)
	go func() { done <- hear(ctx, in, func(tea.Msg) { once.Do(cancel) }) }()
	go func() {
		for range 1000 {
			if _, err := keys.Write([]byte("abc")); err != nil {
				return
			}
		}
		keys.Close()
	}()
	select {
	case <-done:
		in.Close()
	case <-time.After(time.Minute):
		t.Fatal("it waits")
	}
}

// stuck is a terminal that takes nothing once it is told so.
type stuck struct {
	bytes.Buffer
	mu   sync.Mutex
	full bool
	gone chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	s.mu.Lock()
	full := s.full
	s.mu.Unlock()
	if full {
		<-s.gone
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

// chatty streams many words at once, and tells when it has.
type chatty struct {
	*fake
	screen   *stuck
	streamed chan struct{}
}

func (c chatty) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (dialog.Reply, error) {
	c.screen.mu.Lock()
	c.screen.full = true
	c.screen.mu.Unlock()
	for n := range 5000 {
		if stream != nil {
			stream(dialog.Delta{Index: n % q.N, Text: strings.Repeat("word ", 1+n%100)})
			time.Sleep(50 * time.Microsecond) // some frames long
		}
	}
	select {
	case c.streamed <- struct{}{}:
	default:
	}
	return c.fake.Respond(ctx, q, nil)
}

// TestSlowTerminal: a terminal that takes nothing does not hold up who decodes, which is
// the pass that others share.
func TestSlowTerminal(t *testing.T) {
	screen := &stuck{gone: make(chan struct{})}
	in, keys := io.Pipe()
	model := chatty{&fake{}, screen, make(chan struct{}, 1)}
	o := fakeOptions(t)
	o.In, o.Out, o.Remote = in, screen, &Remote{Environ: []string{"TERM=xterm"}, Size: Size{120, 40}}
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { ended <- Run(ctx, model, o) }()
	if _, err := keys.Write([]byte("hello\r")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-model.streamed:
	case <-time.After(time.Minute):
		t.Fatal("the model waits for the terminal")
	}
	cancel()
	close(screen.gone)
	select {
	case err := <-ended:
		if !errors.Is(err, tea.ErrProgramKilled) && err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the chat does not end")
	}
	in.Close()
}

// TestRemoteRuns from a greeting to /quit, with a size and a note on the way.
func TestRemoteRuns(t *testing.T) {
	in, keys := io.Pipe()
	var screen watched
	sizes, notes := make(chan Size, 1), make(chan string, 1)
	o := fakeOptions(t)
	o.In, o.Out = in, &screen
	o.Remote = &Remote{Environ: []string{"TERM=xterm-256color"}, Size: Size{120, 40}, Sizes: sizes, Notes: notes}
	ended := make(chan error, 1)
	go func() { ended <- Run(t.Context(), &fake{}, o) }()
	screen.sees(t, "It knows tea.")
	notes <- "The kettle boils."
	screen.sees(t, "The kettle boils.")
	sizes <- Size{40, 10}
	screen.sees(t, "enlarge it")
	if _, err := keys.Write([]byte("/quit\r")); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	in.Close()
}

// TestRemoteInputEnds: who hangs up has left.
func TestRemoteInputEnds(t *testing.T) {
	o := fakeOptions(t)
	o.In, o.Out, o.Remote = strings.NewReader(""), io.Discard, &Remote{Environ: []string{"TERM=xterm"}, Size: Size{120, 40}}
	if err := Run(t.Context(), &fake{}, o); err != nil {
		t.Error(err)
	}
}

// watched is a screen that can be looked at while it is written.
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

func (w *watched) sees(t *testing.T, text string) {
	t.Helper()
	for range 600 {
		w.mu.Lock()
		seen := bytes.Contains(w.text, []byte(text))
		w.mu.Unlock()
		if seen {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no %q on the screen", text)
}
