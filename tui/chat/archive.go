package chat

import (
	"fmt"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// search looks for words in all saved conversations.
func (s *saver) search(words string) tea.Msg {
	if strings.TrimSpace(words) == "" {
		return noteMsg("It is /search WORDS, such as /search dinner.")
	}
	store := s.store
	return tea.Cmd(func() tea.Msg {
		hits, err := store.Search(words)
		return searched(words, hits, err)
	})
}

// searched shows what was found.
func searched(words string, hits []conversation.Hit, err error) tea.Msg {
	if len(hits) == 0 && err == nil {
		return noteMsg("No saved conversation holds these words.")
	}
	const most = 3
	var rows []row
	for _, h := range hits {
		rows = append(rows, row{h.ID, about(h.Summary)})
		for _, text := range h.Texts[:min(most, len(h.Texts))] {
			rows = append(rows, row{text: "    " + around(text, words)})
		}
		if more := len(h.Texts) - most; more > 0 {
			rows = append(rows, row{text: fmt.Sprintf("    and %d more", more)})
		}
	}
	rows = append(rows, row{text: " "}, row{text: "/load ID opens one; the beginning of an ID is enough."})
	if err != nil {
		rows = append(rows, row{text: " "}, row{text: err.Error()})
	}
	return &page{title: "Found", rows: rows}
}

// about is a conversation in a line.
func about(s conversation.Summary) string {
	text := fmt.Sprintf("%s with %s: %s", counted(s.Exchanges, "turn"), s.Model, briefly(s.Preview))
	if s.Title != "" {
		text = briefly(s.Title) + ", " + text
	}
	return text
}

// briefly is the beginning of a turn, for lists.
func briefly(turn string) string {
	const most = 60 // cells, as in cvae chat --list
	return ansi.Truncate(strings.Join(strings.Fields(draw.Safe(turn)), " "), most, "…")
}

// around is what of a text stands about the words that were searched.
func around(text, words string) string {
	const before = 30 // characters
	if at := strings.Index(strings.ToLower(text), strings.ToLower(strings.TrimSpace(words))); at > 0 {
		if skip := utf8.RuneCountInString(text[:min(at, len(text))]) - before; skip > 0 {
			text = "… " + strings.TrimSpace(string([]rune(text)[skip:]))
		}
	}
	return briefly(text)
}

// rename gives the conversation a title; without one it tells it.
func (m *model) rename(title string) tea.Msg {
	c := m.talk.conversation
	switch {
	case title == "" && c.Title == "":
		return noteMsg("This conversation has no title; /rename TITLE gives it one.")
	case title == "":
		return noteMsg("The title is " + c.Title + ".")
	}
	c.Title = title
	m.save()
	return noteMsg("The title is now " + title + ".")
}

// remove deletes the file of a conversation, only with a final !.
func (m *model) remove(argument string) tea.Msg {
	id, sure := strings.CutSuffix(strings.TrimSpace(argument), "!")
	id = strings.TrimSpace(id)
	own := id == "" || id == m.talk.conversation.SavedAs()
	switch {
	case m.saver.store.Dir == "":
		return noteMsg("Conversations are not saved: there is no folder for them.")
	case own && m.talk.conversation.IsEmpty():
		return noteMsg("There is nothing to delete yet; /list names the saved conversations.")
	case own && !sure:
		return noteMsg("/delete ! deletes this conversation for good, and begins a new one.")
	case !sure:
		return noteMsg(fmt.Sprintf("/delete %s! deletes that conversation for good.", id))
	}
	store, disk := m.saver.store, m.saver.disk
	if own {
		id = m.talk.conversation.SavedAs()
		m.saver.unsaved = nil // or it would be written again
		m.startAnew()
	}
	return tea.Cmd(func() tea.Msg {
		disk.Lock()
		defer disk.Unlock()
		if err := store.Delete(id); err != nil {
			return noteMsg(err.Error())
		}
		return noteMsg("Deleted the conversation " + id + ".")
	})
}

// tree shows the branches of the conversation, or goes to an exchange of it.
func (m *model) tree(numbers []int) tea.Msg {
	c := m.talk.conversation
	if len(numbers) > 0 {
		var fault error
		follow := m.travel(func() bool { fault = c.Go(numbers[0]); return fault == nil }, "")
		if fault != nil {
			return noteMsg("There is no such turn: " + fault.Error() + ".")
		}
		return follow
	}
	if c.IsEmpty() {
		return noteMsg("Nothing was said yet.")
	}
	var rows []row
	for _, k := range c.Outline() {
		mark := " "
		switch {
		case k.Current:
			mark = ">"
		case k.OnPath:
			mark = "*"
		}
		text := strings.Repeat("  ", k.Depth) + briefly(k.User)
		if k.Answer != "" {
			text += " / " + briefly(k.Answer)
		}
		rows = append(rows, row{text: fmt.Sprintf("%s%3d  %s", mark, k.Number, text)})
	}
	rows = append(rows, row{text: " "}, row{text: "> is the current turn, * those before it. /tree NUMBER goes to a turn."})
	return &page{title: "Branches", rows: rows}
}

// copied sends a candidate to the clipboard of the terminal.
func (m *model) copied(numbers []int) tea.Msg {
	i, all := m.talk.selected, m.talk.candidates()
	if len(numbers) > 0 {
		i = numbers[0] - 1
	}
	if i >= len(all) {
		return m.talk.noCandidate(i)
	}
	m.notices.add(fmt.Sprintf("Candidate %d is on the clipboard, if the terminal allows it (OSC 52).", i+1))
	return tea.SetClipboard(all[i].Text)
}
