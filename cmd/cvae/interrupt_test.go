//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is cvae in a process of its own, which main_test.go makes of the
// test's binary.
func process(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "XDG_STATE_HOME="+filepath.Join(dir, ".state"))
	return &exec.Cmd{Path: self, Args: append([]string{"cvae"}, args...), Dir: dir, Env: env}
}

// nohup reports whether SIGHUP is ignored here.
func nohup() bool { return signal.Ignored(syscall.SIGHUP) }

// A run that is interrupted ends with status 130 and can go on.
func TestInterrupt(t *testing.T) {
	for _, sent := range append(stopping(), syscall.SIGHUP) {
		if sent == syscall.SIGHUP && nohup() {
			continue // the tests run under nohup, and so does what they start
		}
		dir := t.TempDir()
		if err := writeFixtures(dir); err != nil {
			t.Fatal(err)
		}
		c, stderr := trainingIn(t, dir)
		if err := c.Process.Signal(sent); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(stderr)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // its status is looked at
		if code := c.ProcessState.ExitCode(); code != exitInterrupted {
			t.Fatalf("%v: status %d, %s", sent, code, rest)
		}
		if want := "cvae: interrupted; the run is saved: go on with cvae train --resume --out r\n"; !strings.HasSuffix(string(rest), want) {
			t.Errorf("%v: %q, want %q at its end", sent, rest, want)
		}
		out, err := process(t, dir, "train", "--out", "r", "--resume", "--max-steps", "1").CombinedOutput()
		if err != nil || !strings.Contains(string(out), " steps done") {
			t.Errorf("%v: going on: %v, %s", sent, err, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "r", "eval.json")); err != nil {
			t.Error(err)
		}
	}
}

// trainingIn starts a training without an end in a folder, and reads what it says up to its
// first step.
func trainingIn(t *testing.T, dir string) (c *exec.Cmd, stderr io.ReadCloser) {
	t.Helper()
	c = process(t, dir, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--max-steps", "0", "--max-epochs", "0",
		"--set", "optimiser.patience=1000000")
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReaderSize(stderr, 16) // so that little is read ahead
	for line := ""; !strings.HasPrefix(line, "step"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatalf("%v before the first step", err)
		}
	}
	return c, stderr
}

// TestUnread: a training whose reader goes, as head and tee do, is saved as by ctrl-C.
func TestUnread(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	c, stderr := trainingIn(t, dir)
	stderr.Close()
	_ = c.Wait() // its status is looked at
	if code := c.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("status %d", code)
	}
	out, err := process(t, dir, "train", "--out", "r", "--resume", "--max-steps", "1").CombinedOutput()
	if err != nil || !strings.Contains(string(out), " steps done") {
		t.Errorf("going on: %v, %s", err, out)
	}
}

// A wait for standard input ends with the first interrupt.
func TestInterruptedWait(t *testing.T) {
	for _, args := range [][]string{{"reply"}, {"chat"}} {
		c := process(t, t.TempDir(), args...)
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(in, "hello\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // it answers, and then waits
			t.Fatal(err)
		}
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { _ = c.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = c.Process.Kill()
			t.Fatalf("%q waits on after an interrupt", args)
		}
		if code := c.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%q: status %d", args, code)
		}
	}
}

// SIGQUIT leaves at once, with a status that is not that of a wrong command line; the
// last save is whole.
func TestQuit(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	c := process(t, dir, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--max-steps", "0", "--max-epochs", "0", "--set", "optimiser.patience=1000000")
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	for line := ""; !strings.HasPrefix(line, "step"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); err != nil || code != exitQuit || strings.Contains(string(rest), "goroutine") {
		t.Errorf("status %d, %v, %s", code, err, rest)
	}
	if out, err := process(t, dir, "train", "--out", "r", "--resume", "--max-steps", "1").CombinedOutput(); err != nil {
		t.Errorf("going on: %v, %s", err, out)
	}
}
