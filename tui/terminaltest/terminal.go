// Package terminaltest runs a program on a pseudo terminal, which a test types on, reads
// and looks at when the program has ended.
package terminaltest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// ErrNone says that pseudo terminals are not to be had.
var ErrNone = errors.New("there are no pseudo terminals here")

// A Terminal is a pseudo terminal with a process on it, of which it is the controlling one.
type Terminal struct {
	Command       *exec.Cmd
	line          line
	mu            sync.Mutex
	output, input bytes.Buffer
	read          chan struct{} // closed at the end of the output
}

// Start starts a command on a terminal of 100 columns and 30 rows. The error wraps ErrNone
// where there are none.
func Start(c *exec.Cmd) (*Terminal, error) {
	l, err := open()
	if err != nil {
		return nil, err
	}
	t := &Terminal{Command: c, line: l, read: make(chan struct{})}
	t.Resize(100, 30)
	c.Stdin, c.Stdout, c.Stderr = l.slave, l.slave, l.slave
	control(c)
	if err := c.Start(); err != nil {
		t.Close()
		return nil, err
	}
	go t.reading()
	return t, nil
}

func (t *Terminal) reading() {
	defer close(t.read)
	b := make([]byte, 1<<16)
	for {
		n, err := t.line.master.Read(b)
		t.mu.Lock()
		t.output.Write(b[:n])
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Text is what the process has written so far.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.output.String()
}

// Typed is what has been typed.
func (t *Terminal) Typed() string { return t.input.String() }

// Await waits for a text of the process, for so long at most.
func (t *Terminal) Await(text string, most time.Duration) error {
	for end := time.Now().Add(most); !strings.Contains(t.Text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("%q does not come in %q", text, t.Text())
		}
	}
	return nil
}

// Type types. A process that has ended reads nothing more.
func (t *Terminal) Type(keys string) {
	t.input.WriteString(keys)
	_ = t.line.master.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(t.line.master, keys)
}

// Resize changes the size. One that the system refuses is left out.
func (t *Terminal) Resize(columns, rows int) { t.line.resize(columns, rows) }

// Ended reads to the end what a process wrote that has ended, and wants the terminal to be
// in the mode in which it was.
func (t *Terminal) Ended() (text string, err error) {
	err = errors.Join(t.line.restored(), t.line.slave.Close()) // so that reading ends
	<-t.read
	return t.Text(), err
}

// Close kills a process that has not ended, and lets the terminal go.
func (t *Terminal) Close() {
	if t.Command.Process != nil {
		_ = t.Command.Process.Kill()
	}
	_ = t.line.slave.Close()
	_ = t.line.master.Close()
}
