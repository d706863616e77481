package chat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/conversation"
)

// A saver keeps conversations in files, one work on them after the other and
// away from the screen, which a slow disk must not hold up.
type saver struct {
	store     conversation.Store
	never     bool // has a folder
	now       func() time.Time
	unsaved   []func() error // writes a conversation each, oldest first
	isWriting bool
	disk      *sync.Mutex
}

// A savedMsg is what came of writing a conversation.
type savedMsg struct{ err error }

// An openMsg is a conversation from its file.
type openMsg struct{ *conversation.Conversation }

// save has the conversation as it is written to its file, and says so only
// when that fails. A conversation in which nothing was said has no file.
func (s *saver) save(c *conversation.Conversation) tea.Msg {
	if s.store.Dir == "" || c.IsEmpty() {
		return nil
	}
	write, err := s.store.Prepare(c)
	if err != nil {
		return notSaved(err)
	}
	s.unsaved = append(s.unsaved, write)
	return nil
}

// warn says at the beginning that nothing will be saved; nil: it will.
func (s *saver) warn() tea.Cmd {
	switch {
	case s.store.Dir != "":
		return nil
	case s.never:
		return func() tea.Msg { return noteMsg("Nothing that is said here is saved.") }
	}
	return func() tea.Msg {
		return noteMsg("Nothing that is said here is saved: set HOME or XDG_STATE_HOME to have a folder for it.")
	}
}

func notSaved(err error) noteMsg { return noteMsg("The conversation is not saved: " + err.Error()) }

// Update learns what came of writing.
func (s *saver) Update(msg tea.Msg) tea.Msg {
	if saved, ok := msg.(savedMsg); ok {
		s.isWriting = false
		var moved conversation.Moved
		switch {
		case errors.As(saved.err, &moved):
			return noteMsg("Nothing is lost: " + moved.Error() + ".")
		case saved.err != nil:
			return notSaved(saved.err)
		}
	}
	return nil
}

// writing writes what is unsaved; nil: nothing, or it is being written.
func (s *saver) writing() tea.Cmd {
	if s.isWriting || len(s.unsaved) == 0 {
		return nil
	}
	s.isWriting = true
	writes, disk := s.unsaved, s.disk
	s.unsaved = nil
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

// saveLast is save for when there is no screen to say anything on.
func (s *saver) saveLast(c *conversation.Conversation) error {
	if s.store.Dir == "" || c.IsEmpty() {
		return nil
	}
	s.disk.Lock() // what is being written is older
	defer s.disk.Unlock()
	return s.store.Save(c)
}

func (s *saver) saveNow(c *conversation.Conversation) noteMsg {
	var moved conversation.Moved
	switch err := s.saveLast(c); {
	case errors.As(err, &moved):
		return noteMsg("Nothing is lost: " + moved.Error() + ".")
	case err != nil:
		return notSaved(err)
	case c.IsEmpty():
		return "There is nothing to save yet."
	case s.store.Dir == "":
		return "Conversations are not saved: there is no folder for them."
	}
	return noteMsg(fmt.Sprintf("Saved in %s; cvae chat --resume %s goes on with it.", s.store.Dir, c.SavedAs()))
}

// load reads a conversation; without ID it lists them.
func (s *saver) load(id string) tea.Cmd {
	if id == "" {
		return s.list()
	}
	store := s.store
	return func() tea.Msg {
		c, err := store.Load(id)
		if err != nil {
			return noteMsg(err.Error())
		}
		return openMsg{c}
	}
}

func (s *saver) list() tea.Cmd {
	store, disk := s.store, s.disk
	return func() tea.Msg {
		disk.Lock() // what was said last is being written
		defer disk.Unlock()
		return listed(store.List())
	}
}

func listed(summaries []conversation.Summary, err error) tea.Msg {
	if len(summaries) == 0 && err == nil {
		return noteMsg("No conversation is saved yet.")
	}
	var rows []row
	for _, s := range summaries {
		rows = append(rows, row{s.ID, about(s)})
	}
	rows = append(rows, row{text: " "}, row{text: "/load ID opens one; the beginning of an ID is enough."})
	if err != nil {
		rows = append(rows, row{text: " "}, row{text: err.Error()})
	}
	return &page{title: "Saved conversations", rows: rows}
}

// exports are the formats of /export.
var exports = map[string]func(*conversation.Conversation, io.Writer) error{
	"md":    (*conversation.Conversation).Markdown,
	"html":  (*conversation.Conversation).HTML,
	"jsonl": (*conversation.Conversation).JSONL,
}

// export writes the shown path of a conversation to a file. Only a final !
// lets it overwrite one.
func (s *saver) export(c *conversation.Conversation, argument string) tea.Msg {
	name, overwrite := strings.CutSuffix(strings.TrimSpace(argument), "!")
	format, name, _ := strings.Cut(strings.TrimSpace(name), " ")
	write, ok := exports[format]
	if !ok {
		return noteMsg("/export needs a format, md, html or jsonl, and may have a file name.")
	}
	if name = strings.TrimSpace(name); name == "" {
		name = s.now().Format("cvae-20060102-150405.") + format
	}
	var text bytes.Buffer
	if err := write(c, &text); err != nil {
		return noteMsg("The conversation cannot be exported: " + err.Error())
	}
	if text.Len() == 0 {
		return noteMsg("There is nothing to export: no answer was chosen.")
	}
	return tea.Cmd(func() tea.Msg { return noteMsg(exported(name, text.Bytes(), overwrite)) })
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
