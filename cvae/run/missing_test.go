package run_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// TestNoModelYet: a run whose training has saved no parameters says so, with a command that a shell reads.
func TestNoModelYet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my run")
	if err := errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, rundir.ConfigFile), []byte("method: vae\n"), 0o666)); err != nil {
		t.Fatal(err)
	}
	_, err := run.ReadWeights(dir)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "there is no model yet") || !strings.Contains(err.Error(), "--resume --out '"+dir+"'") {
		t.Errorf("error %v", err)
	}
}

// TestBuiltinCorpus: the corpus of the built-in model is not in the program.
func TestBuiltinCorpus(t *testing.T) {
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = r.OpenCorpus(run.Source{})
	if bad := (config.Error{}); !errors.As(err, &bad) || !strings.Contains(err.Error(), "is not part of this program; name one by --corpus") {
		t.Errorf("error %v", err)
	}
	if c, err := r.OpenCorpus(run.Source{Corpus: "builtin"}); err != nil || c.Name() != "builtin" {
		t.Errorf("%v, %v", c, err)
	}
}
