package chat

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// submit sends what is written: a command or a turn.
func (m *model) submit() tea.Cmd {
	text := strings.TrimSpace(m.input.Value())
	if strings.HasPrefix(text, "/") {
		m.history.add(text)
		m.input.Reset()
		return m.command(text)
	}
	if text == "" && !m.about.Sentences {
		return m.enterBlank()
	}
	if m.running != nil {
		m.note("The candidates are still being sampled; esc stops that.")
		return nil
	}
	m.history.add(text)
	m.input.Reset()
	return m.say(text)
}

// enterBlank moves on to the candidates when there are some to choose from.
func (m *model) enterBlank() tea.Cmd {
	if m.count() == 0 {
		return nil
	}
	return m.turnTo(onCandidates)
}

// say makes a turn of text and asks for candidates. The turn before keeps the
// selected candidate, and is replaced where the model had no answer to it.
func (m *model) say(text string) tea.Cmd {
	m.commit()
	e, ok := m.conversation.Current()
	if ok && (m.editing || m.count() == 0) {
		if err := m.conversation.Edit(text); err != nil {
			m.note(err.Error())
			return nil
		}
	} else {
		if ok && e.Chosen < 0 {
			m.pick(m.selected)
		}
		m.conversation.Say(text)
	}
	m.spoken = true
	m.editing, m.notes, m.scroll, m.selected = false, nil, 0, 0
	return m.sample(false)
}

// pick chooses a candidate of the shown take.
func (m *model) pick(i int) bool {
	if err := m.conversation.Choose(i); err != nil {
		m.note(err.Error())
		return false
	}
	return true
}

// choose makes candidate i the answer.
func (m *model) choose(i int) tea.Cmd {
	if m.running != nil || i >= m.count() {
		m.note(m.noCandidate(i))
		return nil
	}
	m.commit()
	m.selected = i
	if !m.pick(i) {
		return nil
	}
	m.notes, m.scroll = nil, 0
	m.save()
	return m.turnTo(onInput)
}

func (m *model) noCandidate(i int) string {
	if m.running != nil {
		return "The candidates are still being sampled; esc stops that."
	}
	return fmt.Sprintf("There is no candidate %d; there are %d.", i+1, m.count())
}

// count is the number of candidates on the screen.
func (m *model) count() int {
	take, _ := m.take()
	return len(take.Candidates)
}

// selectBy moves the selection.
func (m *model) selectBy(n int) { m.selected = max(0, min(m.selected+n, m.count()-1)) }

// regenerate samples the current turn again with another seed.
func (m *model) regenerate() tea.Cmd {
	e, ok := m.conversation.Current()
	if !ok {
		m.note("There is no turn to answer yet.")
		return nil
	}
	m.commit()
	if m.count() > 0 {
		for _, t := range e.Takes {
			m.settings.Seed = max(m.settings.Seed, t.Settings.Seed)
		}
		m.settings.Seed++
	}
	return m.sample(false)
}

// resample samples the current turn, if there is one, with changed settings.
func (m *model) resample() tea.Cmd {
	if _, ok := m.conversation.Current(); !ok {
		return nil
	}
	return m.sample(false)
}

// turnTake shows an older or a newer take.
func (m *model) turnTake(delta int) tea.Cmd {
	if m.running != nil {
		return nil
	}
	m.commit()
	if !m.conversation.TurnTake(delta) {
		m.note("There is no other take in that direction; ^r makes one.")
		return nil
	}
	m.show()
	m.save()
	return nil
}

// undo goes back a turn.
func (m *model) undo() tea.Cmd {
	return m.travel(m.conversation.Undo, "There is nothing to undo.")
}

// redo goes forward a turn.
func (m *model) redo() tea.Cmd {
	return m.travel(m.conversation.Redo, "There is nothing to redo.")
}

// nextBranch shows the next version of the current turn.
func (m *model) nextBranch() tea.Cmd {
	_, count := m.conversation.Branch()
	if count < 2 {
		m.note("This turn has one branch; undo and say something else, or /edit, to make another.")
		return nil
	}
	return m.travel(func() bool {
		return m.conversation.SwitchBranch(1) || m.conversation.SwitchBranch(1-count)
	}, "There is no other branch.")
}

// travel goes elsewhere in the tree of turns.
func (m *model) travel(step func() bool, otherwise string) tea.Cmd {
	m.stop()
	m.commit()
	if !step() {
		m.note(otherwise)
		return nil
	}
	m.editing, m.notes = false, nil
	m.show()
	m.save()
	return m.askPrior()
}

// edit puts the current turn into the input, to be said differently.
func (m *model) edit() tea.Cmd {
	e, ok := m.conversation.Current()
	if !ok {
		m.note("There is no turn to edit yet.")
		return nil
	}
	m.editing = true
	m.input.SetValue(safeLines(e.User))
	return m.turnTo(onInput)
}

// safeLines is text that may be shown, with its line breaks.
func safeLines(text string) string {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for i, line := range lines {
		lines[i] = draw.Safe(line)
	}
	return strings.Join(lines, "\n")
}
