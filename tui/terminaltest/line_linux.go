package terminaltest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// A line is the two ends of a pseudo terminal.
type line struct {
	master, slave *os.File
	before        unix.Termios
}

func open() (l line, err error) {
	if l.master, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err != nil {
		return l, fmt.Errorf("%w: %w", ErrNone, err)
	}
	fd := int(l.master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		l.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		return l, errors.Join(fmt.Errorf("%w: %w", ErrNone, err), l.master.Close())
	}
	if err := l.quiet(); err != nil {
		return l, errors.Join(err, l.slave.Close(), l.master.Close())
	}
	return l, nil
}

// quiet has what is typed behind a view neither take the end of its output away nor stop it.
func (l *line) quiet() error {
	mode, err := unix.IoctlGetTermios(int(l.slave.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Lflag |= unix.NOFLSH
	mode.Iflag &^= unix.IXON
	l.before = *mode
	return unix.IoctlSetTermios(int(l.slave.Fd()), unix.TCSETS, mode)
}

func (l *line) resize(columns, rows int) {
	_ = unix.IoctlSetWinsize(int(l.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(columns)})
}

func (l *line) restored() error {
	after, err := unix.IoctlGetTermios(int(l.slave.Fd()), unix.TCGETS)
	if err == nil && *after != l.before {
		err = fmt.Errorf("the terminal's mode is %+v, was %+v", *after, l.before)
	}
	return err
}

// control makes the terminal the controlling one of a command.
func control(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} }
