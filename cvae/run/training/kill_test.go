package training

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// The environment of the child process that is killed.
const (
	childDir    = "CVAE_TEST_RUN"
	childCorpus = "CVAE_TEST_CORPUS"
)

// TestMain lets the test binary be the process that trains and is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		trainChild(dir, os.Getenv(childCorpus))
		return
	}
	if settings := os.Getenv(childSettings); settings != "" {
		memoryChild(settings, os.Getenv(childCorpus))
		return
	}
	os.Exit(m.Run())
}

// childSteps is the most steps that one child makes before it waits to be
// killed: 40 steps take at least four kills.
const childSteps = 8

// trainChild goes on with the run in dir, saving as often as it can, and prints
// a line after each step.
func trainChild(dir, corpus string) {
	steps := 0
	o := Options{Out: dir, Threads: 1, Resume: true, SaveEvery: time.Nanosecond, Progress: seeing(func(e dialog.Event) {
		if e.Kind != dialog.Stepped {
			return
		}
		fmt.Println(e.Step)
		if steps++; steps > childSteps {
			_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		}
	})}
	s, err := Prepare(context.Background(), killedConfig(&testing.T{}, corpus), o)
	if err == nil {
		err = s.Train(context.Background())
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func killedConfig(t testing.TB, corpus string) config.Config {
	c := runtest.Config(t, corpus)
	c.Method, c.MaxSteps, c.LogInterval = "scale", 40, 1 // Scale has the most state
	return c
}

// TestKilled kills a training process with SIGKILL after drawn numbers of steps
// and resumes it: the end is that of an uninterrupted run, bit for bit. Where in
// the step that follows it dies is chance.
func TestKilled(t *testing.T) {
	path := runtest.Corpus(t)
	want := sums(t, trained(t, killedConfig(t, path), 1))
	dir := filepath.Join(t.TempDir(), "run")
	draw, kills := rng.New(1, rng.Bench, 0, 0), 0
	for killedAfter(t, dir, path, 2+draw.IntN(childSteps)) {
		kills++
	}
	if least := (40 - 1) / (childSteps + 1); kills < least {
		t.Errorf("killed %d times, not %d", kills, least)
	}
	if got := sums(t, dir); got != want {
		t.Errorf("after %d kills:\n%swant\n%s", kills, got, want)
	}
}

// killedAfter goes on with the run in a child that it kills after so many steps.
// It reports false when the child has ended the run.
func killedAfter(t *testing.T, dir, corpus string, steps int) bool {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir, childCorpus+"="+corpus)
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for n := 0; lines.Scan(); {
		if n++; n == steps {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = child.Wait()
	if err != nil && child.ProcessState.Exited() {
		t.Fatalf("the child failed: %v", err)
	}
	return err != nil
}
