package training

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/runtest"
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
	os.Exit(m.Run())
}

// trainChild goes on with the run in dir, saving as often as it can.
func trainChild(dir, corpus string) {
	s, err := Prepare(context.Background(), killedConfig(&testing.T{}, corpus), Options{Out: dir, Threads: 1, Resume: true, SaveEvery: time.Nanosecond})
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
	c.Method, c.MaxSteps = "scale", 40 // Scale has the most state
	return c
}

// TestKilled kills a training process with SIGKILL again and again, at random
// moments, and resumes it: the end is that of an uninterrupted run, bit for bit.
func TestKilled(t *testing.T) {
	path := runtest.Corpus(t)
	want := sums(t, trained(t, killedConfig(t, path), 1))
	dir := filepath.Join(t.TempDir(), "run")
	draw, kills := rng.New(1, rng.Bench, 0, 0), 0
	for {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childDir+"="+dir, childCorpus+"="+path)
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- child.Wait() }()
		// The delay grows, so that the run gets further in the end.
		delay := time.Duration(draw.IntN(40)+kills*10) * time.Millisecond
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			if got := sums(t, dir); got != want {
				t.Errorf("after %d kills:\n%swant\n%s", kills, got, want)
			}
			t.Logf("killed %d times", kills)
			return
		case <-time.After(delay):
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-done
			kills++
		}
	}
}
