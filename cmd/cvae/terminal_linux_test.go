package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// A terminal is a pseudo terminal with a process on it.
type terminal struct {
	master, slave *os.File
	command       *exec.Cmd
	before        unix.Termios
	mu            sync.Mutex
	output        bytes.Buffer
	ended         chan struct{} // closed at the end of the output
}

// openTerminal opens a pseudo terminal of 100x30.
func openTerminal(t *testing.T) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100})
	}
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { slave.Close() })
	before, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return &terminal{master: master, slave: slave, before: *before, ended: make(chan struct{})}
}

// start runs cvae on the terminal, which is its controlling one.
func start(t *testing.T, dir string, args ...string) *terminal {
	t.Helper()
	tty := openTerminal(t)
	tty.command = process(t, dir, args...)
	tty.command.Env = append(tty.command.Env, "TERM=xterm-256color")
	tty.command.Stdin, tty.command.Stdout, tty.command.Stderr = tty.slave, tty.slave, tty.slave
	tty.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := tty.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.command.Process.Kill() }) // it has ended unless the test failed
	go tty.read()
	return tty
}

func (tty *terminal) read() {
	defer close(tty.ended)
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

// await waits until a text has been written.
func (tty *terminal) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(tty.text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q does not come in %q", text, tty.text())
		}
	}
}

// end waits for the process, checks its status and that it left the terminal as
// it was, and returns what it wrote behind the view.
func (tty *terminal) end(t *testing.T, status int) string {
	t.Helper()
	err := tty.command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	after, err := unix.IoctlGetTermios(int(tty.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if *after != tty.before {
		t.Errorf("the terminal's mode is %+v, was %+v", *after, tty.before)
	}
	tty.slave.Close() // so that reading ends
	<-tty.ended
	text := tty.text()
	if got := tty.command.ProcessState.ExitCode(); got != status {
		t.Errorf("status %d, want %d: %q", got, status, text)
	}
	const leave = "\x1b[?1049l"
	if strings.Count(text, "\x1b[?1049h") != 1 || strings.Count(text, leave) != 1 || strings.Count(text, "\x1b[?25h") < 1 {
		t.Errorf("the screen or the cursor is not given back: %q", text)
	}
	_, behind, _ := strings.Cut(text, leave)
	return strings.ReplaceAll(behind, "\r\n", "\n")
}

// endless is a run that only an interrupt ends.
var endless = []string{"train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--max-steps", "0", "--max-epochs", "0",
	"--set", "optimiser.patience=1000000"}

func fixtures(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

const saved = "cvae: interrupted; the run is saved: go on with cvae train --resume --out r\n"

func TestViewInterrupted(t *testing.T) {
	for name, interrupt := range map[string]func(*terminal) error{
		"key":    func(tty *terminal) error { _, err := io.WriteString(tty.master, "\x03"); return err },
		"signal": func(tty *terminal) error { return tty.command.Process.Signal(syscall.SIGTERM) },
		"hangup": func(tty *terminal) error { return tty.command.Process.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "hangup" && nohup() {
				t.Skip("the tests run under nohup")
			}
			dir := fixtures(t)
			tty := start(t, dir, endless...)
			tty.await(t, "sample replies of the model")
			if err := interrupt(tty); err != nil {
				t.Fatal(err)
			}
			if text := tty.end(t, exitInterrupted); !strings.HasSuffix(text, saved) || !strings.Contains(text, "step ") {
				t.Errorf("behind the view stands %q, want the last step and %q", text, saved)
			}
			out, err := process(t, dir, "train", "--out", "r", "--resume", "--max-steps", "1").CombinedOutput()
			if err != nil || !strings.Contains(string(out), " steps done") {
				t.Errorf("going on: %v, %s", err, out)
			}
		})
	}
}

// The second interrupt does not wait. Saving may be faster.
func TestViewInterruptedTwice(t *testing.T) {
	for name, interrupt := range map[string]func(*terminal) error{
		"keys": func(tty *terminal) error { _, err := io.WriteString(tty.master, "\x03\x03"); return err },
		"signals": func(tty *terminal) error {
			return errors.Join(tty.command.Process.Signal(syscall.SIGTERM), tty.command.Process.Signal(syscall.SIGINT))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tty := start(t, fixtures(t), endless...)
			tty.await(t, "sample replies of the model")
			if err := interrupt(tty); err != nil {
				t.Fatal(err)
			}
			tty.end(t, exitInterrupted)
		})
	}
}

// Training that ends by itself closes the view, prints its lines, and another
// view looks back at it.
func TestViewEnds(t *testing.T) {
	dir := fixtures(t)
	tty := start(t, dir, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--max-steps", "0", "--max-epochs", "0",
		"--max-time", "1s", "--set", "optimiser.patience=1000000")
	text := tty.end(t, exitOK)
	for _, want := range []string{"\ntrained: 1s spent\n", "test: nll ", "  3  "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	tty = start(t, dir, "watch", "r")
	tty.await(t, "finished: 1s spent")
	if _, err := io.WriteString(tty.master, "q"); err != nil {
		t.Fatal(err)
	}
	if text := tty.end(t, exitOK); strings.Contains(text, "cvae:") {
		t.Errorf("leaving prints %q", text)
	}
}

// With --plain lines are printed on a terminal.
func TestPlainOnTerminal(t *testing.T) {
	tty := start(t, fixtures(t), "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--plain")
	if err := tty.command.Wait(); err != nil {
		t.Error(err)
	}
	tty.slave.Close()
	<-tty.ended
	if text := tty.text(); strings.Contains(text, "\x1b") || !strings.Contains(text, "\nstep 10 ") {
		t.Errorf("printed %q", text)
	}
}

// On a terminal a line comes after five seconds, however slow the steps are and
// however rare the events of the log, which has no line of it.
func TestTicksOnTerminal(t *testing.T) {
	dir := fixtures(t)
	tty := start(t, dir, append(slices.Clone(endless), "--plain", "--method", "agg", "--set", "agg.inner=10000", "--set", "agg.window=10000",
		"--set", "log_interval=1000000")...)
	began := time.Now()
	tty.await(t, "\nstep ")
	if waited := time.Since(began); waited < 4*time.Second {
		t.Errorf("a line came after %s", waited)
	}
	if err := tty.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := tty.command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Error(err)
	}
	tty.slave.Close()
	<-tty.ended
	line := regexp.MustCompile(`\nstep (\d+)  epoch 1 \(\d\d? %\)  rec [0-9.]+  kl [0-9.]+ .*  inner_steps 1e\+04  `).FindStringSubmatch(tty.text())
	if line == nil {
		t.Fatalf("no line within the first epoch: %q", tty.text())
	}
	log, err := os.ReadFile(filepath.Join(dir, "r", rundir.LogFile))
	if err != nil || strings.Contains(string(log), `"step":`+line[1]+`,`) {
		t.Errorf("%v, the log has step %s: %s", err, line[1], log)
	}
}
