package chat

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// A part is a piece of the screen that has its own state, and its own keys
// while it has the focus.
type part interface {
	SetSize(width, height int)
	// SetFocus says whether keys go to the part.
	SetFocus(bool) tea.Cmd
	// Update takes a message and returns what follows from it: nil, a tea.Cmd
	// to be run, or a message that the chat obeys at once. A key that does
	// nothing in the part is returned.
	Update(tea.Msg) tea.Msg
	// View is lines of at most the width, as many as the height.
	View() []string
	// bindings are the keys of the part.
	bindings() []binding
}

// What a part asks of the chat, besides a tea.Cmd to run and a focus to turn to.
type (
	noteMsg   string                 // a line at the end of the transcript
	sendMsg   string                 // what is written is sent
	chooseMsg int                    // the candidate is the answer
	sampleMsg struct{ preview bool } // the settings have changed
)

// A pane is what the parts have in common.
type pane struct {
	width, height int // of what is in its frame, in cells
	focused       bool
	theme         *draw.Theme // of the chat
	keys          keymap
}

func (p *pane) SetSize(width, height int) { p.width, p.height = width, height }

func (p *pane) SetFocus(focused bool) tea.Cmd {
	p.focused = focused
	return nil
}

func (p *pane) Update(msg tea.Msg) tea.Msg {
	if key, ok := msg.(tea.KeyPressMsg); ok {
		return p.keys.press(key)
	}
	return nil
}

func (p *pane) bindings() []binding { return p.keys.bindings }

// A keymap is what keys do somewhere. The help line and /help are made of it.
type keymap struct {
	where    string
	bindings []binding // the first that holds is taken
}

type binding struct {
	keys  []string
	name  string      // of the keys, in the help line; empty: not listed
	help  string      // a word or two
	when  func() bool // nil: always
	local bool        // as of a command
	do    func() tea.Msg
}

func (b binding) holds() bool { return b.when == nil || b.when() }

// press does what a key does and returns what follows, or the key when it does
// nothing.
func (k keymap) press(key tea.KeyPressMsg) tea.Msg {
	for _, b := range k.bindings {
		if slices.Contains(b.keys, key.String()) && b.holds() {
			return b.do()
		}
	}
	return key
}

// digits are the keys of the first candidates.
func digits(help string, do func(candidate int) tea.Msg) []binding {
	var k []binding
	for i, digit := range strings.Split("123456789", "") {
		k = append(k, binding{keys: []string{digit}, do: func() tea.Msg { return do(i) }})
	}
	k[0].name, k[0].help = "1-9", help
	return k
}

func by(do func(int) tea.Msg, n int) func() tea.Msg { return func() tea.Msg { return do(n) } }
