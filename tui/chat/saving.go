package chat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/conversation"
)

// save has the conversation as it is written to its file, and says so only
// when that fails. A conversation in which nothing was said has no file.
func (m *model) save() {
	if m.store.Dir == "" || m.isNew() {
		return
	}
	write, err := m.store.Prepare(m.conversation)
	if err != nil {
		m.note("The conversation is not saved: " + err.Error())
		return
	}
	m.unsaved = append(m.unsaved, write)
}

// A savedMsg is what came of writing a conversation.
type savedMsg struct{ err error }

// writing writes what is unsaved, one after the other and away from the
// screen, which a slow disk must not hold up.
func (m *model) writing() tea.Cmd {
	if m.isWriting || len(m.unsaved) == 0 {
		return nil
	}
	m.isWriting = true
	writes, disk := m.unsaved, m.disk
	m.unsaved = nil
	return func() tea.Msg {
		disk.Lock()
		defer disk.Unlock()
		var faults []error
		for _, write := range writes {
			faults = append(faults, write())
		}
		return savedMsg{errors.Join(faults...)}
	}
}

func (m *model) saved(msg savedMsg) {
	m.isWriting = false
	if msg.err != nil {
		m.note("The conversation is not saved: " + msg.err.Error())
	}
}

// saveLast is save for when there is no screen to say anything on.
func (m *model) saveLast() error {
	if m.store.Dir == "" || m.isNew() {
		return nil
	}
	m.disk.Lock() // what is being written is older
	defer m.disk.Unlock()
	return m.store.Save(m.conversation)
}

// isNew reports whether nothing was said yet, in any branch.
func (m *model) isNew() bool { return !m.spoken }

// A doneMsg is what came of work on files, in a sentence.
type doneMsg string

// A loadedMsg is a conversation from its file.
type loadedMsg struct {
	conversation *conversation.Conversation
	err          error
}

// load reads a conversation.
func (m *model) load(id string) tea.Cmd {
	store := m.store
	return func() tea.Msg {
		c, err := store.Load(id)
		return loadedMsg{c, err}
	}
}

// loaded shows a conversation that was read.
func (m *model) loaded(msg loadedMsg) tea.Cmd {
	if msg.err != nil {
		m.note(msg.err.Error())
		return nil
	}
	m.save()
	m.open(msg.conversation)
	if msg.conversation.Model != m.about.Name {
		m.note(fmt.Sprintf("This conversation was with %s; it goes on with %s.", msg.conversation.Model, m.about.Name))
	}
	return m.askPrior()
}

// list reads what conversations there are.
func (m *model) list() tea.Cmd {
	store := m.store
	return func() tea.Msg {
		summaries, err := store.List()
		return listMsg{summaries, err}
	}
}

// A listMsg is the conversations that are saved.
type listMsg struct {
	summaries []conversation.Summary
	err       error
}

// listed shows the saved conversations.
func (m *model) listed(msg listMsg) {
	if len(msg.summaries) == 0 && msg.err == nil {
		m.note("No conversation is saved yet.")
		return
	}
	var rows []row
	for _, s := range msg.summaries {
		rows = append(rows, row{s.ID, fmt.Sprintf("%d turns with %s: %s", s.Exchanges, s.Model, s.Preview)})
	}
	rows = append(rows, row{text: " "}, row{text: "/load ID opens one; the beginning of an ID is enough."})
	if msg.err != nil {
		rows = append(rows, row{text: " "}, row{text: msg.err.Error()})
	}
	m.page = &page{title: "Saved conversations", rows: rows}
}

// exports are the formats of /export.
var exports = map[string]func(*conversation.Conversation, io.Writer) error{
	"md":    (*conversation.Conversation).Markdown,
	"jsonl": (*conversation.Conversation).JSONL,
}

// export writes the shown path of the conversation to a file. Only a final !
// lets it overwrite one.
func (m *model) export(argument string) tea.Cmd {
	name, overwrite := strings.CutSuffix(strings.TrimSpace(argument), "!")
	format, name, _ := strings.Cut(strings.TrimSpace(name), " ")
	write, ok := exports[format]
	if !ok {
		m.note("/export needs a format, md or jsonl, and may have a file name.")
		return nil
	}
	if name = strings.TrimSpace(name); name == "" {
		name = m.now().Format("cvae-20060102-150405.") + format
	}
	var text bytes.Buffer
	if err := write(m.conversation, &text); err != nil {
		m.note("The conversation cannot be exported: " + err.Error())
		return nil
	}
	return func() tea.Msg { return doneMsg(exported(name, text.Bytes(), overwrite)) }
}

// exported writes a file and says what came of it.
func exported(name string, text []byte, overwrite bool) string {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if overwrite {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Sprintf("%s exists; a ! at the end overwrites it.", name)
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return "The conversation is not exported: " + err.Error()
	}
	return fmt.Sprintf("Exported to %s.", name)
}
