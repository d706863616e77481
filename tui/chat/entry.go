package chat

import (
	"context"
	"fmt"
	"slices"
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

// An entry is where turns and commands are written.
type entry struct {
	pane
	area     textarea.Model
	commands []command
	history  history
	ctx      context.Context // of the chat
	editor   string          // the command of one; empty: none
	editing  bool            // what is written replaces the current turn
	joiner   string          // typed last, until there is something behind it to join
}

func newEntry(p pane, commands []command) *entry {
	e := &entry{pane: p, area: textarea.New(), commands: commands}
	t := &e.area
	t.Prompt, t.ShowLineNumbers, t.CharLimit = prompt, false, longestTurn
	t.DynamicHeight, t.MinHeight, t.MaxHeight, t.MaxContentHeight = true, 1, tallestInput, 2*longestTurn
	t.SetHeight(1)
	t.SetVirtualCursor(false)
	t.KeyMap.InsertNewline.SetKeys() // enter sends
	t.KeyMap.Paste.SetKeys()         // below
	e.keys = keymap{"in the input", []binding{
		{keys: []string{"enter"}, name: "enter", help: "send", do: func() tea.Msg { return sendMsg(strings.TrimSpace(t.Value())) }},
		{keys: []string{"shift+enter", "alt+enter", "ctrl+j"}, name: "ctrl+j", help: "new line", do: e.breakLine},
		{keys: []string{"tab"}, name: "tab", help: "complete", when: func() bool { return len(e.completions()) > 0 }, do: e.complete},
		{keys: []string{"up"}, when: e.onFirstLine, do: by(e.recall, -1)},
		{keys: []string{"down"}, when: e.onLastLine, do: by(e.recall, 1)},
		{keys: []string{"ctrl+d"}, when: e.isBlank, do: tea.Quit},
		{keys: []string{"ctrl+v"}, local: true, do: func() tea.Msg { return tea.Cmd(textarea.Paste) }}, // from the clipboard of the machine
	}}
	return e
}

// SetSize sets the width; the height is that of what is written.
func (e *entry) SetSize(width, _ int) { e.area.SetWidth(width) }

// SetFocus implements part.
func (e *entry) SetFocus(focused bool) tea.Cmd {
	e.focused = focused
	if focused {
		return e.area.Focus()
	}
	e.area.Blur()
	return nil
}

// View implements part.
func (e *entry) View() []string { return strings.Split(e.area.View(), "\n") }

func (e *entry) title() string {
	if e.editing {
		return "Edit your turn"
	}
	return "You"
}

func (e *entry) edit(turn string) {
	e.editing = true
	e.area.SetValue(safeLines(turn))
}

func areaStyles(t draw.Theme) textarea.Styles {
	s := textarea.StyleState{Text: t.Text, Prompt: t.Accent, Placeholder: t.Dim}
	blurred := s
	blurred.Prompt = t.Dim
	return textarea.Styles{Focused: s, Blurred: blurred, Cursor: textarea.CursorStyle{Shape: tea.CursorBar, Color: lipgloss.NoColor{}}}
}

// write gives a key, or whatever else a text area knows, to the text.
// A fault of the text area is a note.
func (e *entry) write(msg tea.Msg) (cmd tea.Cmd) {
	defer func() {
		if fault := recover(); fault != nil {
			cmd = func() tea.Msg { return noteMsg(fmt.Sprintf("A fault in the input: %v.", fault)) }
		}
	}()
	key, ok := msg.(tea.KeyPressMsg)
	if ok && e.joins(key.Text) {
		return nil
	}
	if ok && slices.Contains(e.area.KeyMap.WordBackward.Keys(), key.String()) && e.isBlankBefore() {
		e.area.MoveToBegin() // bubbles v2.1.1 looks for a word for ever
		return nil
	}
	e.area, cmd = e.area.Update(msg)
	e.clean()
	return cmd
}

// joins keeps a joiner back until the character behind it is typed: at the end of a text
// it joins nothing, and clean would take it out. It reports whether there is no more to do.
func (e *entry) joins(text string) bool {
	const joiners = "\u200c\u200d"
	pending := e.joiner
	e.joiner = ""
	if text != "" && strings.Trim(text, joiners) == "" {
		e.joiner = text
		return true
	}
	if text != "" && pending != "" {
		e.area.InsertString(pending)
	}
	return false
}

// isBlankBefore reports whether there is no word before the cursor.
func (e *entry) isBlankBefore() bool {
	lines := strings.Split(e.area.Value(), "\n")
	before := append(lines[:e.area.Line()], string([]rune(lines[e.area.Line()])[:e.area.Column()]))
	return strings.TrimSpace(strings.Join(before, "")) == ""
}

func (e *entry) paste(text string) tea.Msg {
	var follow tea.Msg
	if characters, room := []rune(text), longestTurn-e.area.Length(); len(characters) > room {
		follow = noteMsg(fmt.Sprintf("The pasted text was cut: a turn has at most %d characters.", longestTurn))
		text = string(characters[:max(0, room)])
	}
	e.area.InsertString(safeLines(text))
	e.clean()
	return follow
}

// clean takes out what must not reach the terminal.
func (e *entry) clean() {
	if value := e.area.Value(); value != safeLines(value) {
		e.area.SetValue(safeLines(value))
	}
}

func (e *entry) breakLine() tea.Msg {
	e.area.InsertString("\n")
	return nil
}

func (e *entry) isBlank() bool { return strings.TrimSpace(e.area.Value()) == "" }

func (e *entry) onFirstLine() bool { return e.area.Line() == 0 && e.area.LineInfo().RowOffset == 0 }

func (e *entry) onLastLine() bool {
	info := e.area.LineInfo()
	return e.area.Line() == e.area.LineCount()-1 && info.RowOffset+1 >= info.Height
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
func (e *entry) recall(direction int) tea.Msg {
	h := &e.history
	back := max(0, min(h.back-direction, len(h.lines)))
	if back == h.back {
		return nil
	}
	if h.back == 0 {
		h.draft = e.area.Value()
	}
	h.back = back
	text := h.draft
	if back > 0 {
		text = safeLines(h.lines[len(h.lines)-back])
	}
	e.area.SetValue(text)
	return nil
}
