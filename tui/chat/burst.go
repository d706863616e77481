package chat

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// burstGap is the most time between two keys, or lines, of a burst. Nobody types a
	// character so soon after an enter.
	burstGap = 40 * time.Millisecond
	// burstWaits is how many waits that time is cut into: a process that had to wait for
	// the processor may find one over, but not all, before it has read what is there.
	burstWaits = 4
)

// A burst is what is pasted in a terminal without bracketed paste: it comes as keys, at
// once. An enter or a tab in it is of the text, as the character that follows at once
// tells. So they are held until then; the enter behind the last line sends.
type burst struct {
	wait time.Duration // burstGap/burstWaits, but in tests
	held []tea.KeyPressMsg
	keys int // held so far, ever
}

// A burstMsg is the end of a wait for what follows a held key.
type burstMsg struct{ key, left int } // the number of the key, and of the waits to come

// hold reports whether a key waits for the one that follows; else it says what follows
// from those that waited for it.
func (m *model) hold(key tea.KeyPressMsg) (cmd tea.Cmd, held bool) {
	b := &m.burst
	switch {
	case len(b.held) > 0 && key.Text != "":
		return m.obey(m.entry.paste(b.text())), false
	case m.breaks(key):
		b.held = append(b.held, key)
		b.keys++
		return b.await(burstMsg{b.keys, burstWaits - 1}), true
	}
	return m.release(), false
}

// breaks reports whether a key would be a line break or a space of a pasted text.
func (m *model) breaks(key tea.KeyPressMsg) bool {
	e := m.entry
	if m.focus != onInput || m.page != nil || e.isBlank() || isCommand(e.area.Value()) {
		return false
	}
	name := key.String()
	return name == "enter" || name == "tab" || name == "ctrl+j" && len(m.burst.held) > 0 // \r\n
}

// await is the wait before msg.
func (b *burst) await(msg burstMsg) tea.Cmd {
	return tea.Tick(b.wait, func(time.Time) tea.Msg { return msg })
}

// waited presses what is held at the end of the last wait, unless something has come since.
func (m *model) waited(msg burstMsg) tea.Cmd {
	switch {
	case msg.key != m.burst.keys || len(m.burst.held) == 0:
		return nil
	case msg.left > 0:
		return m.burst.await(burstMsg{msg.key, msg.left - 1})
	}
	return m.release()
}

// text is that of the held keys, which are then held no more.
func (b *burst) text() string {
	var text strings.Builder
	for _, key := range b.held {
		text.WriteString(map[string]string{"enter": "\r", "tab": "\t", "ctrl+j": "\n"}[key.String()])
	}
	b.held = nil
	return text.String()
}

// release presses the held keys, up to an enter: lines behind it are empty.
func (m *model) release() tea.Cmd {
	held := m.burst.held
	m.burst.held = nil
	var all []tea.Cmd
	for _, key := range held {
		all = append(all, m.pressed(key))
		if key.String() == "enter" {
			break
		}
	}
	return tea.Batch(all...)
}
