package chat

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

const (
	// longestTurn bounds the input, in characters; a model reads far less.
	longestTurn = 8000
	// tallestInput is the height to which the input grows, in lines.
	tallestInput = 5
	prompt       = "> "
)

func newInput() textarea.Model {
	t := textarea.New()
	t.Prompt, t.ShowLineNumbers, t.CharLimit = prompt, false, longestTurn
	t.DynamicHeight, t.MinHeight, t.MaxHeight, t.MaxContentHeight = true, 1, tallestInput, 2*longestTurn
	t.SetHeight(1)
	t.SetVirtualCursor(false)
	t.KeyMap.InsertNewline.SetKeys() // enter sends
	t.Focus()
	return t
}

func inputStyles(t draw.Theme) textarea.Styles {
	s := textarea.StyleState{Text: t.Text, Prompt: t.Accent, Placeholder: t.Dim}
	blurred := s
	blurred.Prompt = t.Dim
	return textarea.Styles{Focused: s, Blurred: blurred, Cursor: textarea.CursorStyle{Shape: tea.CursorBar, Color: lipgloss.NoColor{}}}
}

// typed gives a key to the input.
func (m *model) typed(key tea.KeyPressMsg) tea.Cmd {
	var cmd tea.Cmd
	m.input, cmd = m.input.Update(key)
	m.clean()
	return cmd
}

// paste writes text where the cursor is, whichever part has the focus.
func (m *model) paste(text string) tea.Cmd {
	room := longestTurn - m.input.Length()
	if characters := []rune(text); len(characters) > room {
		m.note(fmt.Sprintf("The pasted text was cut: a turn has at most %d characters.", longestTurn))
		text = string(characters[:max(0, room)])
	}
	m.page = nil
	m.input.InsertString(safeLines(text))
	m.clean()
	return m.turnTo(onInput)
}

// clean takes out of the input what must not reach the terminal.
func (m *model) clean() {
	if value := m.input.Value(); value != safeLines(value) {
		m.input.SetValue(safeLines(value))
	}
}

func (m *model) breakLine() tea.Cmd {
	m.input.InsertString("\n")
	return nil
}

func (m *model) isBlank() bool { return strings.TrimSpace(m.input.Value()) == "" }

func (m *model) onFirstLine() bool { return m.input.Line() == 0 && m.input.LineInfo().RowOffset == 0 }

func (m *model) onLastLine() bool {
	return m.input.Line() == m.input.LineCount()-1 && m.input.LineInfo().RowOffset+1 >= m.input.LineInfo().Height
}

// A history is what was sent before.
type history struct {
	lines []string
	back  int    // how far back the input shows; 0: not
	draft string // what was written before going back
}

// add keeps a line, once when it is repeated.
func (h *history) add(line string) {
	h.back = 0
	if line != "" && (len(h.lines) == 0 || h.lines[len(h.lines)-1] != line) {
		h.lines = append(h.lines, line)
	}
}

// recall shows an older (−1) or newer (1) line of the history.
func (m *model) recall(direction int) {
	h := &m.history
	back := max(0, min(h.back-direction, len(h.lines)))
	if back == h.back {
		return
	}
	if h.back == 0 {
		h.draft = m.input.Value()
	}
	h.back = back
	if back == 0 {
		m.input.SetValue(h.draft)
		return
	}
	m.input.SetValue(safeLines(h.lines[len(h.lines)-back]))
}
