package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/tui/terminaltest"
)

// A terminal is one with cvae on it.
type terminal struct{ *terminaltest.Terminal }

// start runs cvae on a terminal.
func start(t *testing.T, dir string, args ...string) terminal {
	t.Helper()
	c := process(t, dir, args...)
	c.Env = append(c.Env, "TERM=xterm-256color")
	tty, err := terminaltest.Start(c)
	if errors.Is(err, terminaltest.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tty.Close)
	return terminal{tty}
}

// await waits until a text has been written.
func (tty terminal) await(t *testing.T, text string) {
	t.Helper()
	if err := tty.Await(text, time.Minute); err != nil {
		t.Fatal(err)
	}
}

// ended waits for the process, checks its status and that it left the terminal as it was,
// and returns what it wrote.
func (tty terminal) ended(t *testing.T, status int) string {
	t.Helper()
	var exit *exec.ExitError
	if err := tty.Command.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, err := tty.Ended()
	if err != nil {
		t.Error(err)
	}
	if got := tty.Command.ProcessState.ExitCode(); got != status {
		t.Errorf("status %d, want %d: %q", got, status, text)
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// end is ended for a process with a view, and returns what it wrote behind that.
func (tty terminal) end(t *testing.T, status int) string {
	t.Helper()
	text := tty.ended(t, status)
	const leave = "\x1b[?1049l"
	if strings.Count(text, "\x1b[?1049h") != 1 || strings.Count(text, leave) != 1 || strings.Count(text, "\x1b[?25h") < 1 {
		t.Errorf("the screen or the cursor is not given back: %q", text)
	}
	_, behind, _ := strings.Cut(text, leave)
	return behind
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
	for name, interrupt := range map[string]func(terminal) error{
		"key":    func(tty terminal) error { tty.Type("\x03"); return nil },
		"signal": func(tty terminal) error { return tty.Command.Process.Signal(syscall.SIGTERM) },
		"hangup": func(tty terminal) error { return tty.Command.Process.Signal(syscall.SIGHUP) },
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
	for name, interrupt := range map[string]func(terminal) error{
		"keys": func(tty terminal) error { tty.Type("\x03\x03"); return nil },
		"signals": func(tty terminal) error {
			return errors.Join(tty.Command.Process.Signal(syscall.SIGTERM), tty.Command.Process.Signal(syscall.SIGINT))
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
	tty.Type("q")
	if text := tty.end(t, exitOK); strings.Contains(text, "cvae:") {
		t.Errorf("leaving prints %q", text)
	}
}

// With --plain lines are printed on a terminal.
func TestPlainOnTerminal(t *testing.T) {
	tty := start(t, fixtures(t), "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--plain")
	if text := tty.ended(t, exitOK); strings.Contains(text, "\x1b") || !strings.Contains(text, "\nstep 10 ") {
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
	if err := tty.Command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	text := tty.ended(t, exitInterrupted)
	line := regexp.MustCompile(`\nstep (\d+)  epoch 1 \(\d\d? %\)  rec [0-9.]+  kl [0-9.]+ .*  inner_steps 1e\+04  `).FindStringSubmatch(text)
	if line == nil {
		t.Fatalf("no line within the first epoch: %q", text)
	}
	log, err := os.ReadFile(filepath.Join(dir, "r", rundir.LogFile))
	if err != nil || strings.Contains(string(log), `"step":`+line[1]+`,`) {
		t.Errorf("%v, the log has step %s: %s", err, line[1], log)
	}
}
