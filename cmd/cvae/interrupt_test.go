//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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

// A run that is interrupted ends with status 130 and can go on.
func TestInterrupt(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		if err := writeFixtures(dir); err != nil {
			t.Fatal(err)
		}
		c := process(t, dir, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "r", "--max-steps", "0", "--max-epochs", "0",
			"--set", "optimiser.patience=1000000")
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
				t.Fatalf("%v before the first step", err)
			}
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(lines)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // its status is looked at
		if code := c.ProcessState.ExitCode(); code != exitInterrupted {
			t.Fatalf("%v: status %d, %s", signal, code, rest)
		}
		if want := "cvae: interrupted; the run is saved: go on with cvae train --resume --out r\n"; !strings.HasSuffix(string(rest), want) {
			t.Errorf("%v: %q, want %q at its end", signal, rest, want)
		}
		out, err := process(t, dir, "train", "--out", "r", "--resume", "--max-steps", "1").CombinedOutput()
		if err != nil || !strings.Contains(string(out), " steps done") {
			t.Errorf("%v: going on: %v, %s", signal, err, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "r", "eval.json")); err != nil {
			t.Error(err)
		}
	}
}
