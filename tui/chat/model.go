package chat

import (
	"context"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// A focus is the part of the screen that the keys go to.
type focus int

// The parts with keys of their own, in the order of the tab key.
const (
	onInput focus = iota
	onCandidates
	onSettings
	onLatent
	parts
)

// A model is a chat: it gives messages to its parts and does what they ask for.
// Only Update changes it.
type model struct {
	talk       *talk
	sampler    *sampler
	saver      *saver
	transcript *transcript
	notices    *notices
	entry      *entry
	candidates *candidates
	settings   *settings
	latent     *latent
	page       *page // nil: the chat is shown
	burst      burst

	focusable     [parts]part
	focus         focus
	keys          keymap // hold where the part in focus has no use for a key
	theme         *draw.Theme
	width, height int
	layout        layout
	interrupted   bool
	base          uint64    // seed of the first turn of a conversation
	drawn         bool      // the seed of the settings has drawn candidates: the next turn has another
	told          int       // turns of the context of which unread was last asked
	where         string    // the folder of the model
	waking        time.Time // until then what is typed may be older than the chat; zero: it is not
}

func newModel(ctx context.Context, r dialog.Responder, card dialog.Card, o Options) (*model, error) {
	theme := draw.NewTheme(true)
	p, responder := pane{theme: &theme}, &guard{Responder: r, ctx: ctx}
	m := &model{
		talk:    &talk{about: card, measured: measured(card)},
		sampler: &sampler{ctx: ctx, model: responder},
		saver:   &saver{store: o.Store, now: o.Now, disk: &sync.Mutex{}},
		theme:   &theme,
		notices: &notices{},
		base:    o.Settings.Seed,
	}
	if o.Now == nil {
		m.saver.now = time.Now
	}
	m.burst.wait = burstGap / burstWaits
	m.where = o.Where
	m.talk.conversation = m.newConversation()
	m.entry = newEntry(p, commands())
	m.entry.ctx, m.entry.editor = ctx, o.Editor
	m.settings = newSettings(p, m.talk, o.Settings)
	m.candidates = newCandidates(p, m.talk, m.sampler)
	m.latent = newLatent(ctx, p, responder, m.talk, m.settings)
	m.transcript = newTranscript(p, m.talk, m.sampler, m.settings)
	m.transcript.knows, m.transcript.examples = o.Knows, o.Examples
	m.focusable = [parts]part{onInput: m.entry, onCandidates: m.candidates, onSettings: m.settings, onLatent: m.latent}
	m.keys = keymap{"everywhere", append(m.bindings(), m.transcript.keys.bindings...)}
	if o.Remote != nil {
		m.confine()
	}
	m.entry.SetFocus(true)
	m.restyle(true)
	if o.Resume == "" || o.Remote != nil {
		return m, nil
	}
	c, err := o.Store.Load(o.Resume)
	if err != nil {
		return nil, err
	}
	m.open(c)
	m.otherModel(c)
	if o.Keep {
		m.settings.values, m.drawn = o.Settings, false
	}
	if o.Settings.Labels != nil {
		m.settings.values.Labels = o.Settings.Labels
	}
	return m, nil
}

// newConversation is an empty one with the model.
func (m *model) newConversation() *conversation.Conversation {
	c := conversation.New(m.talk.about.Name, m.saver.now())
	c.Where = m.where
	return c
}

// confine takes out all that reaches the machine that the chat runs on.
func (m *model) confine() {
	m.saver.store, m.saver.never, m.entry.editor = conversation.Store{}, true, ""
	m.entry.commands = slices.DeleteFunc(m.entry.commands, func(c command) bool { return c.local })
	for _, k := range m.keymaps() {
		k.bindings = slices.DeleteFunc(k.bindings, func(b binding) bool { return b.local })
	}
}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd {
	m.waking = time.Now().Add(wakes)
	return tea.Batch(tea.RequestBackgroundColor, m.entry.SetFocus(true), m.latent.learn(), m.saver.warn())
}

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.obey(msg)
	m.arrange()
	return m, tea.Batch(cmd, m.saver.writing())
}

// obey does what a message of the terminal, of a command or of a part asks for.
func (m *model) obey(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case nil:
	case tea.Cmd:
		return msg
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg: // the terminal answers behind what was typed before
		m.waking = time.Time{}
		m.restyle(msg.IsDark())
	case tea.ColorProfileMsg:
		m.theme.Colour = msg.Profile > colorprofile.ASCII
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		m.page = nil
		m.notices.clear() // of what was written before
		return tea.Batch(m.release(), m.obey(m.entry.paste(msg.Content)), m.turnTo(onInput))
	case burstMsg:
		return m.waited(msg)
	case tea.QuitMsg:
		return tea.Quit
	case streamMsg, replyMsg:
		return m.obey(m.sampler.Update(msg))
	case walkedMsg, priorMsg, directionsMsg:
		return m.obey(m.latent.Update(msg))
	case savedMsg:
		return m.obey(m.saver.Update(msg))
	default:
		return m.act(msg)
	}
	return nil
}

func (m *model) act(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case noteMsg:
		m.notices.add(string(msg))
	case *page:
		m.page = msg
		if m.isToChoose() && m.entry.isBlank() { // or the digit that follows is a turn
			return m.turnTo(onCandidates)
		}
	case focus:
		return m.turnTo(msg)
	case sendMsg:
		return m.obey(m.send(string(msg)))
	case chooseMsg:
		return m.obey(m.choose(int(msg)))
	case sampleMsg:
		if _, ok := m.talk.conversation.Current(); ok {
			return m.sample(msg.preview)
		}
	case sampledMsg:
		return m.obey(m.sampled(msg))
	case whyMsg:
		return m.obey(msg.page())
	case rankMsg:
		return m.obey(m.ranked(msg))
	case draftMsg:
		return m.entry.open(msg)
	case editedMsg:
		return msg.read
	case writtenMsg:
		return tea.Batch(m.turnTo(onInput), m.obey(m.entry.take(string(msg))))
	case keepMsg:
		return m.obey(m.keep(dialog.Response(msg)))
	case openMsg:
		return m.obey(m.opened(msg.Conversation))
	default: // such as the blinking of the cursor
		return m.entry.write(msg)
	}
	return nil
}

// restyle adopts the colours of a dark or light background.
func (m *model) restyle(dark bool) {
	colour := m.theme.Colour
	*m.theme = draw.NewTheme(dark)
	m.theme.Colour = colour
	m.entry.area.SetStyles(areaStyles(*m.theme))
}
