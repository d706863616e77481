//go:build unix

package run_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog/regular"
)

// TestPipes: a pipe in the place of a file of a run is refused, and not waited for. That
// of latent.json, which can be measured again, is passed over.
func TestPipes(t *testing.T) {
	dir := trained(t, runtest.Config(t, runtest.Corpus(t)))
	if err := pipe(filepath.Join(dir, rundir.LatentFile)); err != nil {
		t.Fatal(err)
	}
	if r, err := run.Open(dir, 1); err != nil || len(r.Warnings) != 1 {
		t.Errorf("latent.json is a pipe: %v, %+v", err, r)
	}
	for _, name := range []string{rundir.TokenizerFile, rundir.ConfigFile} {
		path := filepath.Join(dir, name)
		if err := pipe(path); err != nil {
			t.Fatal(err)
		}
		opened := make(chan error, 1)
		go func() {
			_, err := run.Open(dir, 1)
			opened <- err
		}()
		select {
		case err := <-opened:
			if !errors.Is(err, regular.ErrKind) {
				t.Errorf("%s is a pipe: %v", name, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s is a pipe, and is waited for", name)
		}
	}
}

// TestDamagedLog: a log that cannot be read, or has lines that cannot, is said once, and a
// pipe in its place is not waited for.
func TestDamagedLog(t *testing.T) {
	r := openRun(t, trained(t, runtest.Config(t, runtest.Corpus(t))))
	path := filepath.Join(r.Dir, rundir.LogFile)
	var said []string
	r.Warn = func(text string) { said = append(said, text) }
	if r.Situation(t.Context()); len(said) > 0 {
		t.Errorf("of a whole log it warns %q", said)
	}
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(log, "damage\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := r.Situation(t.Context())
	r.Situation(t.Context())
	if len(said) != 1 || !strings.Contains(said[0], "1 lines of "+path) || math.IsInf(whole.Epochs, 0) {
		t.Errorf("of a damaged line it warns %q, %v epochs", said, whole.Epochs)
	}
	if err := pipe(path); err != nil {
		t.Fatal(err)
	}
	known := make(chan latent.Situation, 1)
	go func() { known <- r.Situation(t.Context()) }()
	select {
	case s := <-known:
		if len(said) != 2 || !strings.Contains(said[1], "how far training came is not known") || !math.IsInf(s.Epochs, 1) {
			t.Errorf("of a pipe it warns %q, %v epochs", said, s.Epochs)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("log.jsonl is a pipe, and is waited for")
	}
}

// pipe puts a pipe in the place of a file.
func pipe(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) }
