package watch

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// A batch is what a feed gave at once.
type batch struct {
	events []dialog.Event
	closed bool
	err    error
}

// model is the state of the view. Only Update changes it.
type model struct {
	leaving       context.Context // ends with the view
	run           Run
	theme         draw.Theme
	width, height int

	state    State
	last     dialog.Event // the newest with numbers of training
	clock    dialog.Event // the newest of any kind
	lastAt   time.Time    // when clock came
	now      time.Time
	history  history
	warnings []warning // newest last
	samples  dialog.Event
	// information of the last validation, nats; 0: unknown.
	information float64

	isSaving bool
	err      error
}

func newModel(leaving context.Context, r Run) model {
	return model{leaving: leaving, run: r, theme: draw.NewTheme(true), state: State{Text: "training", Live: true}}
}

// Init implements tea.Model.
func (m model) Init() tea.Cmd {
	commands := []tea.Cmd{tea.RequestBackgroundColor, m.run.receive(m.leaving), m.run.ask}
	if m.run.Interrupted != nil {
		commands = append(commands, m.run.awaitInterrupt(m.leaving))
	}
	return tea.Batch(commands...)
}

// Update implements tea.Model.
func (m model) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch message := message.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = message.Width, message.Height
	case tea.ColorProfileMsg:
		m.theme.Colour = message.Profile > colorprofile.ASCII
	case tea.BackgroundColorMsg:
		colour := m.theme.Colour
		m.theme = draw.NewTheme(message.IsDark())
		m.theme.Colour = colour
	case eventsMsg:
		return m.take(message)
	case stateMsg:
		m.state, m.now = message.State, message.at
		return m, m.run.askLater()
	case interruptedMsg:
		m.isSaving = true
	case tea.KeyPressMsg:
		return m.press(message.String())
	}
	return m, nil
}

func (m model) press(key string) (tea.Model, tea.Cmd) {
	switch key {
	case "ctrl+c":
		return m.interrupt()
	case "q", "esc":
		if m.run.Interrupt == nil {
			return m, tea.Quit
		}
	case "d":
		m.warnings = nil
	case "ctrl+z":
		return m, suspend()
	}
	return m, nil
}

// interrupt ends training, and a second time the wait until it is saved.
func (m model) interrupt() (tea.Model, tea.Cmd) {
	switch {
	case m.run.Interrupt == nil:
		return m, tea.Quit
	case m.isSaving:
		m.err = ErrAbandoned
		return m, tea.Quit
	}
	m.isSaving = true
	return m, func() tea.Msg { m.run.Interrupt(); return nil }
}

// take shows new events, and ends when none follow.
func (m model) take(message eventsMsg) (tea.Model, tea.Cmd) {
	for _, e := range message.events {
		m = m.shown(e)
	}
	m.lastAt, m.now = message.at, message.at
	if message.closed {
		m.err = message.err
		return m, tea.Quit
	}
	return m, m.run.receive(m.leaving)
}

// shown is m after one event.
func (m model) shown(e dialog.Event) model {
	if e.Step < m.clock.Step { // the run was resumed from an earlier step
		m.warnings = slices.DeleteFunc(slices.Clone(m.warnings), func(w warning) bool { return w.step > e.Step })
		m.history.cut(e.Step + 1)
	}
	m.clock = e
	m.history.add(e)
	switch e.Kind {
	case dialog.Stepped, dialog.Ticked:
		m.last = e
	case dialog.Validated:
		m.information = e.Information
		m.warnings = slices.DeleteFunc(slices.Clone(m.warnings), func(w warning) bool { return w.isOver(e) })
	case dialog.Warned:
		w := warned(e)
		m.warnings = append(slices.DeleteFunc(slices.Clone(m.warnings), func(old warning) bool { return old.name == w.name }), w)
	case dialog.Sampled:
		m.samples = e
	}
	return m
}

// A warning is what training warned of.
type warning struct {
	name string // of the collapse: kl, prior or context_only; "" for another warning
	text string // without the name
	step int
}

// warned reads the event of a warning, whose message begins with the name.
func warned(e dialog.Event) warning {
	w := warning{text: e.Message, step: e.Step}
	if len(e.Collapses) > 0 {
		w.name = e.Collapses[0]
		w.text = strings.TrimPrefix(w.text, w.name+" collapse: ")
	}
	return w
}

// isOver reports whether a validation shows that the collapse has ended.
func (w warning) isOver(validated dialog.Event) bool {
	return w.name != "" && !slices.Contains(validated.Collapses, w.name)
}
