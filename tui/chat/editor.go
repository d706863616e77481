package chat

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A draftMsg is a file with what is in the input, to be edited; an editedMsg is what came of it.
type (
	draftMsg  struct{ path string }
	editedMsg struct {
		path string
		err  error
	}
	writtenMsg string // goes into the input
)

// draft writes what is in the input to a file, for the editor of the user.
func (e *entry) draft() tea.Msg {
	if len(strings.Fields(e.editor)) == 0 {
		return noteMsg("There is no editor: set EDITOR, such as EDITOR=nano.")
	}
	text := e.area.Value()
	return tea.Cmd(func() tea.Msg {
		dir, err := os.MkdirTemp("", "cvae-")
		path := filepath.Join(dir, "turn.txt")
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			return noteMsg("There is no file to edit: " + err.Error())
		}
		return draftMsg{path}
	})
}

// open gives the terminal to the editor until it ends.
func (e *entry) open(draft draftMsg) tea.Cmd {
	command := e.command(draft)
	return tea.ExecProcess(command, func(err error) tea.Msg { return editedMsg{draft.path, err} })
}

// patience is how long an editor may take to end once the chat is told to.
const patience = 2 * time.Second

// command is the editor on a draft. A chat that is told to end tells its editor too: it has
// the terminal, and the chat waits for it.
func (e *entry) command(draft draftMsg) *exec.Cmd {
	words := strings.Fields(e.editor)
	command := exec.CommandContext(e.ctx, words[0], append(words[1:], draft.path)...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = patience
	return command
}

// read takes what was edited from its file, which goes.
func (msg editedMsg) read() tea.Msg {
	defer os.RemoveAll(filepath.Dir(msg.path))
	if msg.err != nil {
		return noteMsg(fmt.Sprintf("The editor ended with a fault: %v. What was written stays as it was.", msg.err))
	}
	text, err := os.ReadFile(msg.path)
	if err != nil {
		return noteMsg("What was edited cannot be read: " + err.Error())
	}
	return writtenMsg(strings.TrimRight(string(text), "\r\n"))
}

// take puts a text into the place of what was written.
func (e *entry) take(text string) tea.Msg {
	e.area.Reset()
	return e.paste(text)
}
