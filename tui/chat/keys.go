package chat

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// A binding says what keys do. The help line and /help are made of it.
type binding struct {
	keys  []string
	name  string  // of the keys, in the help line; empty: not listed
	help  string  // a word or two
	focus []focus // where it holds; nil: everywhere
	when  func(*model) bool
	do    func(*model, tea.KeyPressMsg) tea.Cmd
}

func (b binding) matches(key tea.KeyPressMsg, m *model) bool {
	return slices.Contains(b.keys, key.String()) && b.holdsIn(m.focus) && (b.when == nil || b.when(m))
}

// holdsIn reports whether b holds in a part of the screen.
func (b binding) holdsIn(f focus) bool { return b.focus == nil || slices.Contains(b.focus, f) }

// digits are the keys of the first candidates.
var digits = strings.Split("123456789", "")

// bindings are all keys. The first that matches is taken.
func bindings() []binding {
	return slices.Concat(inputKeys(), candidateKeys(), settingKeys(), latentKeys(), commonKeys())
}

// quietly makes an action of one that starts nothing.
func quietly(do func(*model)) func(*model, tea.KeyPressMsg) tea.Cmd {
	return func(m *model, _ tea.KeyPressMsg) tea.Cmd {
		do(m)
		return nil
	}
}

// action makes an action of one that needs no key.
func action(do func(*model) tea.Cmd) func(*model, tea.KeyPressMsg) tea.Cmd {
	return func(m *model, _ tea.KeyPressMsg) tea.Cmd { return do(m) }
}

func inputKeys() []binding {
	here := []focus{onInput}
	return []binding{
		{keys: []string{"enter"}, name: "enter", help: "send", focus: here, do: action((*model).submit)},
		{keys: []string{"shift+enter", "alt+enter", "ctrl+j"}, name: "ctrl+j", help: "new line", focus: here, do: action((*model).breakLine)},
		{keys: []string{"tab"}, name: "tab", help: "complete", focus: here, when: (*model).completing, do: quietly((*model).complete)},
		{keys: []string{"up"}, focus: here, when: (*model).onFirstLine, do: quietly(func(m *model) { m.recall(-1) })},
		{keys: []string{"down"}, focus: here, when: (*model).onLastLine, do: quietly(func(m *model) { m.recall(1) })},
		{keys: []string{"ctrl+d"}, focus: here, when: (*model).isBlank, do: action(quit)},
	}
}

func candidateKeys() []binding {
	here := []focus{onCandidates}
	return []binding{
		{keys: digits, name: "1-9", help: "choose", focus: here, do: func(m *model, key tea.KeyPressMsg) tea.Cmd { return m.choose(int(key.Code - '1')) }},
		{keys: []string{"up", "left"}, name: "↑↓", help: "select", focus: here, do: quietly(func(m *model) { m.selectBy(-1) })},
		{keys: []string{"down", "right"}, focus: here, do: quietly(func(m *model) { m.selectBy(1) })},
		{keys: []string{"home"}, focus: here, do: quietly(func(m *model) { m.selectBy(-m.selected) })},
		{keys: []string{"end"}, focus: here, do: quietly(func(m *model) { m.selectBy(m.count()) })},
		{keys: []string{"enter"}, name: "enter", help: "take it", focus: here, do: action(func(m *model) tea.Cmd { return m.choose(m.selected) })},
	}
}

func settingKeys() []binding {
	here := []focus{onSettings}
	return []binding{
		{keys: []string{"left"}, name: "←→", help: "slider", focus: here, do: quietly(func(m *model) { m.turnSlider(-1) })},
		{keys: []string{"right"}, focus: here, do: quietly(func(m *model) { m.turnSlider(1) })},
		{keys: []string{"up"}, name: "↑↓", help: "change, re-samples", focus: here, do: action(func(m *model) tea.Cmd { return m.slide(1) })},
		{keys: []string{"down"}, focus: here, do: action(func(m *model) tea.Cmd { return m.slide(-1) })},
		{keys: []string{"enter"}, focus: here, do: action(func(m *model) tea.Cmd { return m.turnTo(onCandidates) })},
	}
}

func latentKeys() []binding {
	here := []focus{onLatent}
	return []binding{
		{keys: []string{"left"}, name: "←→", help: "move z", focus: here, do: action(func(m *model) tea.Cmd { return m.step(-1) })},
		{keys: []string{"right"}, focus: here, do: action(func(m *model) tea.Cmd { return m.step(1) })},
		{keys: []string{"up"}, name: "↑↓", help: "dimension", focus: here, when: (*model).onAxis, do: quietly(func(m *model) { m.turnDimension(-1) })},
		{keys: []string{"down"}, focus: here, do: quietly(func(m *model) { m.turnDimension(1) })},
		{keys: []string{"enter"}, name: "enter", help: "keep", focus: here, do: action((*model).takeWalk)},
		{keys: digits, name: "1-9", help: "start at", focus: here, do: func(m *model, key tea.KeyPressMsg) tea.Cmd { return m.walkFrom(int(key.Code - '1')) }},
	}
}

// commonKeys hold wherever no part has the key for itself.
func commonKeys() []binding {
	return []binding{
		{keys: []string{"ctrl+c"}, do: action(interrupt)},
		{keys: []string{"ctrl+d"}, do: action(quit), when: func(m *model) bool { return m.focus != onInput }},
		{keys: []string{"esc"}, name: "esc", help: "stop", when: func(m *model) bool { return m.running != nil }, do: action((*model).escape)},
		{keys: []string{"esc"}, do: action((*model).escape)},
		{keys: []string{"tab"}, name: "tab", help: "next part", do: action(func(m *model) tea.Cmd { return m.turnTo((m.focus + 1) % parts) })},
		{keys: []string{"shift+tab"}, do: action(func(m *model) tea.Cmd { return m.turnTo((m.focus + parts - 1) % parts) })},
		{keys: []string{"f1"}, name: "f1", help: "help", do: quietly((*model).help)},
		{keys: []string{"ctrl+r"}, name: "^r", help: "again", do: action((*model).regenerate)},
		{keys: []string{"ctrl+p"}, name: "^p ^n", help: "takes", do: action(func(m *model) tea.Cmd { return m.turnTake(-1) })},
		{keys: []string{"ctrl+n"}, do: action(func(m *model) tea.Cmd { return m.turnTake(1) })},
		{keys: []string{"ctrl+z"}, name: "^z ^y", help: "undo redo", do: action((*model).undo)},
		{keys: []string{"ctrl+y"}, do: action((*model).redo)},
		{keys: []string{"ctrl+g"}, name: "^g", help: "edit", do: action((*model).edit)},
		{keys: []string{"ctrl+b"}, name: "^b", help: "branch", do: action((*model).nextBranch)},
		{keys: []string{"pgup"}, name: "pgup", help: "scroll", do: quietly(func(m *model) { m.scrollBy(m.layout().transcript - 1) })},
		{keys: []string{"pgdown"}, do: quietly(func(m *model) { m.scrollBy(1 - m.layout().transcript) })},
	}
}

// quit leaves the chat.
func quit(*model) tea.Cmd { return tea.Quit }

// interrupt leaves it as an interrupted program does.
func interrupt(m *model) tea.Cmd {
	m.interrupted = true
	return tea.Quit
}

// escape undoes the latest beginning: sampling, editing, walking, a focus.
func (m *model) escape() tea.Cmd {
	switch {
	case m.running != nil:
		m.stop()
		m.note("Stopped; ^r samples again.")
	case m.editing:
		m.editing = false
		m.input.Reset()
	case m.focus == onInput:
		m.input.Reset()
	}
	if m.focus == onLatent {
		m.stopWalk()
	}
	return m.turnTo(onInput)
}
