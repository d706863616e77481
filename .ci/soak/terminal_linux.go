package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A terminal is a pseudo terminal with a process on it, of which it is the controlling one.
type terminal struct {
	master, slave *os.File
	command       *exec.Cmd
	before        unix.Termios
	mu            sync.Mutex
	output, input bytes.Buffer
	read          chan struct{} // closed at the end of the output
}

// openTerminal runs a command of the program on a terminal of its own.
func openTerminal(b *bench, args ...string) (*terminal, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, errSkipped
	}
	tty := &terminal{master: master, read: make(chan struct{})}
	if err := tty.start(b, args); err != nil {
		return nil, errors.Join(err, master.Close())
	}
	go tty.reading()
	return tty, nil
}

func (tty *terminal) start(b *bench, args []string) error {
	fd := int(tty.master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		return err
	}
	tty.resize(100, 30)
	if tty.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		return err
	}
	before, err := unix.IoctlGetTermios(int(tty.slave.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	before.Lflag |= unix.NOFLSH // what is typed behind the view must not take the end of its output away
	before.Iflag &^= unix.IXON  // nor stop it
	if err := unix.IoctlSetTermios(int(tty.slave.Fd()), unix.TCSETS, before); err != nil {
		return err
	}
	tty.before = *before
	tty.command = exec.Command(b.program, args...)
	tty.command.Dir = b.trial
	tty.command.Env = append(b.environment(), "TERM=xterm-256color", "COLORTERM=truecolor", "VISUAL=", "EDITOR=true")
	tty.command.Stdin, tty.command.Stdout, tty.command.Stderr = tty.slave, tty.slave, tty.slave
	tty.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	return tty.command.Start()
}

func (tty *terminal) reading() {
	defer close(tty.read)
	b := make([]byte, 1<<16)
	for {
		n, err := tty.master.Read(b)
		tty.mu.Lock()
		tty.output.Write(b[:n])
		tty.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (tty *terminal) text() string {
	tty.mu.Lock()
	defer tty.mu.Unlock()
	return tty.output.String()
}

// typed is what has been written to the terminal.
func (tty *terminal) typed() string { return tty.input.String() }

// await waits for a text.
func (tty *terminal) await(text string) error {
	for end := time.Now().Add(limit); !strings.Contains(tty.text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("%q does not come in %q", text, tty.text())
		}
	}
	return nil
}

// write types. A process that has ended reads nothing more.
func (tty *terminal) write(keys string) {
	tty.input.WriteString(keys)
	_ = tty.master.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(tty.master, keys)
}

func (tty *terminal) resize(columns, rows int) {
	_ = unix.IoctlSetWinsize(int(tty.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(columns)}) // sizes that are refused are no matter
}

// signal sends a signal to a process that may have ended.
func (tty *terminal) signal(s os.Signal) { _ = tty.command.Process.Signal(s) }

// end waits for the process, which was told to end, and wants the terminal to be in the mode
// in which it was.
func (tty *terminal) end() (status int, err error) {
	if err := ends(tty.command); err != nil {
		return -1, err
	}
	after, err := unix.IoctlGetTermios(int(tty.slave.Fd()), unix.TCGETS)
	if err == nil && *after != tty.before {
		err = fmt.Errorf("the terminal's mode is %+v, was %+v", *after, tty.before)
	}
	err = errors.Join(err, tty.slave.Close()) // so that reading ends
	<-tty.read
	return tty.command.ProcessState.ExitCode(), err
}

func (tty *terminal) close() {
	_ = tty.command.Process.Kill() // it has ended unless the trial failed
	_ = tty.slave.Close()
	_ = tty.master.Close()
}
