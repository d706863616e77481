package checkpoint

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
)

// The environment of a writer process, which is this test binary again.
const (
	envDir   = "CHECKPOINT_TEST_DIR"
	envPoint = "CHECKPOINT_TEST_POINT" // where to stop; empty: nowhere
)

// stopStep is the step whose save stops at envPoint.
const stopStep = 3

// writerSize is the number of parameters, enough for writes to take a while.
const writerSize = 40_000

func TestMain(m *testing.M) {
	if dir := os.Getenv(envDir); dir != "" {
		if err := writeForever(dir, point(os.Getenv(envPoint))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writeForever goes on from the checkpoint in dir, and prints each step that
// it has saved, and on the way each point of a save unless it stops at one.
func writeForever(dir string, stop point) error {
	st := store{fs: atomicfile.OS{}}
	step := 0
	st.reached = func(p point) {
		if stop == "" {
			fmt.Println(p)
		}
		if p == stop && step == stopStep {
			fmt.Println("stopped")
			_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
			os.Exit(0)
		}
	}
	if s, err := Load(dir); err == nil {
		step = s.Step
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for {
		step++
		if err := st.save(dir, stateOf(step, writerSize)); err != nil {
			return err
		}
		fmt.Println(step)
	}
}

// A writer is a process that saves checkpoints.
type writer struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
	saved int // the last step that it told of
}

func startWriter(t *testing.T, dir string, stop point) *writer {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envDir+"="+dir, envPoint+"="+string(stop))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &writer{cmd: cmd, stdin: stdin, lines: bufio.NewScanner(stdout)}
}

// next reads a line.
func (w *writer) next(t *testing.T) {
	t.Helper()
	if !w.scan() {
		t.Fatal("the writer ended")
	}
}

// scan reads a line, unless it is the end, and notes a step in it.
func (w *writer) scan() bool {
	if !w.lines.Scan() {
		return false
	}
	if step, err := strconv.Atoi(w.lines.Text()); err == nil {
		w.saved = step
	}
	return true
}

// read reads lines until one is text, or to the end.
func (w *writer) read(text string) bool {
	for w.scan() {
		if w.lines.Text() == text {
			return true
		}
	}
	return false
}

// kill kills the process at once (SIGKILL on Unix), and reads what it still
// said.
func (w *writer) kill(t *testing.T) {
	t.Helper()
	if err := w.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.read("")
	w.stdin.Close()
	err := w.cmd.Wait()
	if err == nil || runtime.GOOS != "windows" && err.Error() != "signal: killed" {
		t.Fatalf("the writer was not killed: %v", err)
	}
}

// TestKilledAtRandomMoments kills a writer after a drawn number of its points,
// fifteen times; how far it gets until the signal comes is chance.
func TestKilledAtRandomMoments(t *testing.T) {
	dir := t.TempDir()
	saved, draw := 0, rand.New(rand.NewPCG(1, 2))
	for range 15 {
		w := startWriter(t, dir, "")
		w.saved = saved
		for range 1 + draw.IntN(10) {
			w.next(t)
		}
		w.kill(t)
		s, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		// A step may have been saved whose line was not printed any more.
		if s.Step != w.saved && s.Step != w.saved+1 {
			t.Fatalf("step %d, but %d was the last one told of", s.Step, w.saved)
		}
		if diff := cmp.Diff(stateOf(s.Step, writerSize), s); diff != "" {
			t.Fatal(diff)
		}
		saved = s.Step
	}
}

func TestKilledAtEveryPoint(t *testing.T) {
	for p, want := range map[point]int{
		stateStaged: 2, statePublished: 2, lastStaged: 2, lastPublished: 3, swept: 3,
	} {
		t.Run(string(p), func(t *testing.T) {
			dir := t.TempDir()
			w := startWriter(t, dir, p)
			if !w.read("stopped") {
				t.Fatal("the writer ended")
			}
			w.kill(t)
			loads(t, dir, stateOf(want, writerSize))
			save(t, dir, stateOf(4, 3)) // the run goes on, and clears up
			loads(t, dir, stateOf(4, 3))
			has(t, dir, LastFile, "state-4.safetensors")
		})
	}
}
