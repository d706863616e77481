package chat

import (
	"context"
	"sync"
	"time"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// A focus is the part of the screen that the keys go to.
type focus int

// The parts, in the order of the tab key.
const (
	onInput focus = iota
	onCandidates
	onSettings
	onLatent
	parts
)

// A model is the state of a chat. Only Update changes it.
type model struct {
	ctx       context.Context
	responder *guard
	about     dialog.Card
	latent    *dialog.LatentCard // nil: none, or not measured
	store     conversation.Store
	now       func() time.Time

	conversation *conversation.Conversation
	settings     conversation.Settings // of the next candidates
	preview      *conversation.Take    // candidates of settings that are still being moved
	selected     int                   // candidate
	priors       map[string]prior      // by context
	running      *request              // nil: nothing is being sampled
	walk         *walk                 // nil: nobody walks
	requests     int                   // made so far: the number of the newest

	input   textarea.Model
	history history
	editing bool // the input replaces the current turn
	focus   focus
	slider  int
	notes   []string // what the program said since the last turn
	page    *page    // nil: the chat is shown

	unsaved   []func() error // to write the conversation, oldest first
	isWriting bool
	disk      *sync.Mutex

	spoken      bool // something was said in the conversation
	interrupted bool

	theme         draw.Theme
	width, height int
	scroll        int // lines that the transcript is scrolled back
}

func newModel(ctx context.Context, r dialog.Responder, card dialog.Card, o Options) (*model, error) {
	m := &model{
		ctx: ctx, responder: &guard{Responder: r}, about: card, latent: measured(card), store: o.Store, now: o.Now,
		disk: &sync.Mutex{}, settings: o.Settings, priors: map[string]prior{}, input: newInput(), theme: draw.NewTheme(true),
	}
	if m.now == nil {
		m.now = time.Now
	}
	m.conversation = conversation.New(card.Name, m.now())
	m.restyle(true)
	if o.Resume == "" {
		return m, nil
	}
	c, err := o.Store.Load(o.Resume)
	if err != nil {
		return nil, err
	}
	m.open(c)
	if o.Keep {
		m.settings = o.Settings
	}
	if o.Settings.Labels != nil {
		m.settings.Labels = o.Settings.Labels
	}
	return m, nil
}

// measured is the latent of a card when all its numbers are there.
func measured(card dialog.Card) *dialog.LatentCard {
	if l := card.Latent; l != nil && l.Measured && l.Check() == nil {
		return l
	}
	return nil
}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.input.Focus(), m.askPrior())
}

// open shows a conversation in place of the present one.
func (m *model) open(c *conversation.Conversation) {
	m.stop()
	m.conversation, m.editing, m.notes = c, false, nil
	path := c.Path()
	m.spoken = len(path) > 0
	for _, e := range path {
		m.history.add(e.User)
	}
	m.show()
}

// show turns to the current exchange: its take and the settings of that.
func (m *model) show() {
	m.stopWalk()
	m.preview, m.selected, m.scroll = nil, 0, 0
	take, ok := m.take()
	if !ok {
		return
	}
	labels := m.settings.Labels
	m.settings = bounded(take.Settings)
	if m.settings.Labels == nil {
		m.settings.Labels = labels
	}
	if e, _ := m.conversation.Current(); e.Chosen >= 0 {
		m.selected = e.Chosen
	}
}

// take is the set of candidates on the screen; false when there is none.
func (m *model) take() (conversation.Take, bool) {
	if m.preview != nil {
		return *m.preview, true
	}
	e, ok := m.conversation.Current()
	if !ok || e.Take < 0 || e.Take >= len(e.Takes) {
		return conversation.Take{}, false
	}
	return e.Takes[e.Take], true
}

// note adds a line to the end of the transcript.
func (m *model) note(text string) {
	m.notes = append(m.notes, text)
	m.scroll = 0
}

// restyle adopts the colours of a dark or light background.
func (m *model) restyle(dark bool) {
	colour := m.theme.Colour
	m.theme = draw.NewTheme(dark)
	m.theme.Colour = colour
	m.input.SetStyles(inputStyles(m.theme))
}
