package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// A Remote is a terminal on another machine. A chat that is shown there has no command
// and no key that reaches the files, the programs or the clipboard of this machine.
type Remote struct {
	Environ []string      // of the terminal: TERM, and what tells its colours
	Size    Size          // at the beginning
	Sizes   <-chan Size   // afterwards; nil: it stays
	Notes   <-chan string // what else the chat is to say; nil: nothing
}

// A Size is that of a window, in cells. Who makes one bounds it: every cell takes memory.
type Size struct{ Width, Height int }

// ErrFlood says that a terminal sent more than anybody types or pastes.
var ErrFlood = errors.New("the terminal sends what is no key")

// mostUnheard is how many bytes a terminal may send without a key or a paste in them.
const mostUnheard = 1 << 19

// remoteFrames is how often a screen is drawn, per second.
const remoteFrames = 30

// show runs the chat until the user leaves, the input ends, or ctx does.
func (r *Remote) show(ctx context.Context, m *model, o Options) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	heard := make(chan error, 1)
	m.width, m.height = r.Size.Width, r.Size.Height
	m.arrange()
	silence, hush := io.Pipe() // the program has no input of its own; see hear
	defer hush.Close()
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithInput(silence), tea.WithOutput(o.Out), tea.WithFPS(remoteFrames),
		tea.WithEnvironment(r.Environ), tea.WithColorProfile(colorprofile.Env(r.Environ)), tea.WithWindowSize(r.Size.Width, r.Size.Height))
	go func() {
		defer end()
		heard <- hear(ctx, o.In, p.Send)
	}()
	go r.tell(ctx, p.Send)
	_, err := p.Run()
	select {
	case why := <-heard: // the program was ended by it
		return why
	default:
		return err
	}
}

// hear passes keys on until the input or ctx ends; nil: after all of the input. It stands in
// place of the listener of bubbletea v2.0.9, which passes on sizes that a terminal only
// claims to have, ends the process where it has a fault, gathers a paste of any length, and
// waits for ever where keys come after the end.
func hear(ctx context.Context, in io.Reader, pass func(tea.Msg)) error {
	events, heard := make(chan uv.Event), &ear{Reader: in}
	ended := make(chan error, 1)
	go func() {
		defer close(events)
		defer func() {
			if fault := recover(); fault != nil {
				ended <- fmt.Errorf("a fault in the input: %v", fault)
			}
		}()
		ended <- uv.NewTerminalReader(heard, "").StreamEvents(ctx, events)
	}()
	for event := range events { // to the last
		switch event.(type) {
		case uv.KeyPressEvent, uv.KeyReleaseEvent, uv.PasteEvent:
			heard.without.Store(0)
			pass(event)
		case uv.BackgroundColorEvent, uv.CapabilityEvent, uv.ModeReportEvent:
			pass(event)
		}
	}
	return <-ended
}

// An ear reads, and counts what it has read without a key.
type ear struct {
	io.Reader
	without atomic.Int64 // bytes
}

// Read implements io.Reader.
func (e *ear) Read(p []byte) (int, error) {
	if e.without.Load() > mostUnheard {
		return 0, ErrFlood
	}
	n, err := e.Reader.Read(p)
	e.without.Add(int64(n))
	return n, err
}

// tell passes sizes and notes on.
func (r *Remote) tell(ctx context.Context, pass func(tea.Msg)) {
	sizes, notes := r.Sizes, r.Notes
	for {
		select {
		case <-ctx.Done():
			return
		case s, ok := <-sizes:
			if !ok {
				sizes = nil
				continue
			}
			pass(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
		case note, ok := <-notes:
			if !ok {
				notes = nil
				continue
			}
			pass(noteMsg(note))
		}
	}
}
