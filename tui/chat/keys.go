package chat

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// bindings are the keys that hold wherever no part has them for itself.
func (m *model) bindings() []binding {
	return []binding{
		{keys: []string{"ctrl+c"}, do: m.interrupt},
		{keys: []string{"ctrl+d"}, do: tea.Quit, when: func() bool { return m.focus != onInput }},
		{keys: []string{"esc"}, name: "esc", help: "stop", when: func() bool { return m.sampler.running != nil }, do: m.escape},
		{keys: []string{"esc"}, do: m.escape},
		{keys: []string{"tab"}, name: "tab", help: "next part", do: func() tea.Msg { return (m.focus + 1) % parts }},
		{keys: []string{"shift+tab"}, do: func() tea.Msg { return (m.focus + parts - 1) % parts }},
		{keys: []string{"f1"}, name: "f1", help: "help", do: m.help},
		{keys: []string{"ctrl+r"}, name: "^r", help: "again", do: m.regenerate},
		{keys: []string{"ctrl+p"}, name: "^p ^n", help: "takes", do: by(m.turnTake, -1)},
		{keys: []string{"ctrl+n"}, do: by(m.turnTake, 1)},
		{keys: []string{"ctrl+z"}, name: "^z ^y", help: "undo redo", do: m.undo},
		{keys: []string{"ctrl+y"}, do: m.redo},
		{keys: []string{"ctrl+g"}, name: "^g", help: "edit", do: m.edit},
		{keys: []string{"ctrl+o"}, name: "^o", help: "editor", local: true, do: m.entry.draft},
		{keys: []string{"ctrl+b"}, name: "^b", help: "branch", do: m.nextBranch},
	}
}

func (m *model) keymaps() []*keymap {
	return []*keymap{&m.entry.keys, &m.candidates.keys, &m.settings.keys, &m.latent.keys, &m.keys}
}

// press presses a key, unless it waits for the one that follows; see [burst].
func (m *model) press(key tea.KeyPressMsg) tea.Cmd {
	key = m.typedAhead(key)
	cmd, held := m.hold(key)
	if held {
		return cmd
	}
	return tea.Batch(cmd, m.pressed(key))
}

// pressed gives a key to the page that lies over the chat, to the part in focus,
// to the chat, or to the input: whoever types means to write.
func (m *model) pressed(key tea.KeyPressMsg) tea.Cmd {
	if m.page != nil && key.String() != "ctrl+c" {
		free := m.page.Update(key)
		if m.page.closed {
			m.page = nil
		}
		if !free {
			return nil
		}
	}
	follow := m.focusable[m.focus].Update(key)
	if follow == tea.Msg(key) {
		follow = m.keys.press(key)
	}
	switch {
	case follow != tea.Msg(key):
		return m.obey(follow)
	case key.Text == "" && m.focus != onInput:
		return nil
	}
	return tea.Batch(m.turnTo(onInput), m.entry.write(key))
}

// wakes is how long a terminal that answers nothing may hold keys that are older than the chat.
const wakes = 3 * time.Second

// typedAhead is a key as it was meant. Before the chat has the terminal, that one makes a
// line feed of enter, which is ctrl+j.
func (m *model) typedAhead(key tea.KeyPressMsg) tea.KeyPressMsg {
	if key.String() == "ctrl+j" && len(m.burst.held) == 0 && time.Now().Before(m.waking) {
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	return key
}

// turnTo moves the focus. What was tried with the sliders becomes a take when
// they are left.
func (m *model) turnTo(f focus) tea.Cmd {
	if f == m.focus {
		return nil
	}
	if m.focus == onSettings {
		m.commit()
	}
	if f == onLatent { // which has a line of its own there
		m.notices.clear()
	}
	m.focusable[m.focus].SetFocus(false)
	m.focus = f
	return m.focusable[f].SetFocus(true)
}

// interrupt leaves the chat as an interrupted program does.
func (m *model) interrupt() tea.Msg {
	m.interrupted = true
	return tea.QuitMsg{}
}

// stillMany says how to have fewer candidates than took too long; empty: they are few.
func stillMany(n int) string {
	if usual := dialog.DefaultSampling().N; n > usual {
		return fmt.Sprintf(" It still draws %d; /n %d draws fewer.", n, usual)
	}
	return ""
}

// escape undoes the latest beginning: sampling, editing, walking, a focus.
func (m *model) escape() tea.Msg {
	switch {
	case m.sampler.running != nil:
		many := m.sampler.running.settings.N
		m.sampler.stop()
		m.notices.add("Stopped; ^r samples again." + stillMany(many))
	case m.entry.editing || m.focus == onInput:
		m.entry.editing = false
		m.entry.area.Reset()
		m.notices.clear()
	}
	if m.focus == onLatent {
		m.latent.stop()
	}
	return onInput
}
