//go:build unix

package watch

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// suspend stops the program until the shell continues it.
func suspend() tea.Cmd {
	return tea.Exec(suspension{}, func(error) tea.Msg { return nil })
}

// A suspension runs while the terminal is released.
type suspension struct{}

// stopping is how long the system may take to stop a process.
const stopping = 300 * time.Millisecond

// Run implements tea.ExecCommand. Where no shell could continue the process, such as that
// of a container, the system does not stop it, and nothing is there to wait for.
func (suspension) Run() error {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	select {
	case <-continued:
	case <-time.After(stopping):
	}
	return nil
}

// SetStdin implements tea.ExecCommand.
func (suspension) SetStdin(io.Reader) {}

// SetStdout implements tea.ExecCommand.
func (suspension) SetStdout(io.Writer) {}

// SetStderr implements tea.ExecCommand.
func (suspension) SetStderr(io.Writer) {}
