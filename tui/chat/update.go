package chat

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.receive(msg)
	return m, tea.Batch(cmd, m.writing())
}

func (m *model) receive(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.input.SetWidth(m.inputWidth())
	case tea.BackgroundColorMsg:
		m.restyle(msg.IsDark())
	case tea.ColorProfileMsg:
		m.theme.Colour = msg.Profile > colorprofile.ASCII
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case streamMsg:
		return m.streamed(msg)
	case replyMsg:
		return m.replied(msg)
	case walkedMsg:
		m.walked(msg)
	case priorMsg:
		m.learned(msg)
	case loadedMsg:
		return m.loaded(msg)
	case listMsg:
		m.listed(msg)
	case savedMsg:
		m.saved(msg)
	case doneMsg:
		m.note(string(msg))
	default: // such as the blinking of the cursor
		var cmd tea.Cmd
		m.input, cmd = m.input.Update(msg)
		return cmd
	}
	return nil
}

// press gives a key to the page that lies over the chat, to the binding of the
// part in focus, or to the input: whoever types means to write.
func (m *model) press(key tea.KeyPressMsg) tea.Cmd {
	if m.page != nil && key.String() != "ctrl+c" {
		m.page.press(key, m.width, m.height)
		if m.page.closed {
			m.page = nil
		}
		return nil
	}
	for _, b := range bindings() {
		if b.matches(key, m) {
			return b.do(m, key)
		}
	}
	if key.Text == "" && m.focus != onInput {
		return nil
	}
	return tea.Batch(m.turnTo(onInput), m.typed(key))
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
	m.focus = f
	if f == onLatent && m.walk == nil && m.cannotWalk(m.selected) == "" {
		m.walkFrom(m.selected)
	}
	if f == onInput {
		return m.input.Focus()
	}
	m.input.Blur()
	return nil
}

// scrollBy moves the transcript towards its beginning.
func (m *model) scrollBy(lines int) {
	room := m.layout()
	most := len(m.transcriptLines(room.main-room.frame)) - (room.transcript - room.edge)
	m.scroll = max(0, min(m.scroll+lines, most))
}
