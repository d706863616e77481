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

// TestPipes: a pipe in the place of a file of a run is refused, and not waited for.
func TestPipes(t *testing.T) {
	dir := trained(t, runtest.Config(t, runtest.Corpus(t)))
	for _, name := range []string{rundir.LatentFile, rundir.TokenizerFile, rundir.ConfigFile} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)); err != nil {
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
