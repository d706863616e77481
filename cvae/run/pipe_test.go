//go:build unix

package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

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

// pipe puts a pipe in the place of a file.
func pipe(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) }
