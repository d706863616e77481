package training

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// resumed goes on with the run in dir.
func resumed(t *testing.T, c config.Config, dir string, o Options) (*Training, error) {
	t.Helper()
	o.Out, o.Resume, o.Threads = dir, true, 1
	s, err := Prepare(context.Background(), c, o)
	t.Cleanup(s.Close)
	return s, err
}

// begun is the folder of a run of 20 steps of c.
func begun(t *testing.T, c config.Config) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	c.MaxSteps = 20
	s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1})
	if err == nil {
		err = s.Train(context.Background())
	}
	s.Close()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// change flips a bit in the middle of a file.
func change(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestResumeOnAnotherCorpus: content decides, not the place, the size or the time.
func TestResumeOnAnotherCorpus(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	dir := begun(t, c)
	text, err := os.ReadFile(c.Corpus)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(c.Corpus)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved.jsonl")
	if err := os.WriteFile(moved, text, 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := c
	elsewhere.Corpus = moved
	if s, err := resumed(t, elsewhere, dir, Options{}); err != nil || s.Config.Corpus != moved {
		t.Fatalf("the same corpus elsewhere: %v", err)
	} else {
		s.Close()
	}
	if saved, err := run.ReadConfig(dir); err != nil || saved.Corpus != moved {
		t.Errorf("config.yaml says %s, %v", saved.Corpus, err)
	}

	other := bytes.Replace(text, []byte("fine"), []byte("fain"), 1)
	if err := os.WriteFile(c.Corpus, other, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(c.Corpus, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	_, err = resumed(t, c, dir, Options{})
	if !errors.Is(err, run.ErrOtherCorpus) || !strings.Contains(err.Error(), "--accept-corpus") || !strings.Contains(err.Error(), "corpus.jsonl") {
		t.Fatalf("a changed corpus: %v", err)
	}
	// Without data.json the checkpoint knows it.
	if err := os.Rename(filepath.Join(dir, rundir.DataFile), filepath.Join(dir, "kept")); err != nil {
		t.Fatal(err)
	}
	if _, err := resumed(t, c, dir, Options{}); !errors.Is(err, run.ErrOtherCorpus) {
		t.Fatalf("a changed corpus without data.json: %v", err)
	}
	s, err := resumed(t, c, dir, Options{AcceptCorpus: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := resumed(t, c, dir, Options{}); err != nil {
		t.Errorf("a corpus that was accepted before: %v", err)
	}
}

// TestResumeOlderRun: a run without fingerprints goes on with one sentence, and has
// them from then on.
func TestResumeOlderRun(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	dir := begun(t, c)
	older(t, dir)
	s, err := resumed(t, c, dir, Options{})
	if err != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "older version") {
		t.Fatalf("%v, %v", s.Warnings, err)
	}
	s.Close()
	if s, err := resumed(t, c, dir, Options{}); err != nil || len(s.Warnings) != 0 {
		t.Errorf("the second time: %v, %v", s.Warnings, err)
	}
}

// older makes dir a run of a version without fingerprints.
func older(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, rundir.DataFile)); err != nil {
		t.Fatal(err)
	}
	withoutOrigin(t, dir)
}

// TestTokenizerOfARun: one flipped bit in tokenizer.json or labels.json is refused, by
// training, by replies and by a run that starts from this one.
func TestTokenizerOfARun(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	dir := begun(t, c)
	path := filepath.Join(dir, rundir.TokenizerFile)
	change(t, path)
	from := c
	from.Init = dir
	_, resuming := resumed(t, c, dir, Options{})
	_, opening := run.Open(dir, 1)
	_, starting := Prepare(context.Background(), from, Options{Threads: 1})
	for name, err := range map[string]error{"resume": resuming, "open": opening, "init": starting} {
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "SHA-256") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBestIsGone: where the best model is missing or damaged a run goes on from its
// checkpoint, and so does whoever needs a model, and says so.
func TestBestIsGone(t *testing.T) {
	for name, damage := range map[string]func(path string){
		"missing": func(path string) { _ = os.Remove(path) },
		"damaged": func(path string) { change(t, path) },
	} {
		c := runtest.Config(t, runtest.Corpus(t))
		dir := begun(t, c)
		damage(filepath.Join(dir, rundir.ModelFile))
		r, err := run.Open(dir, 1)
		if err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "last.safetensors of step 20") {
			t.Fatalf("%s: %v", name, err)
		}
		r.Close()
		from := c
		from.Init = dir
		if s, err := Prepare(context.Background(), from, Options{Threads: 1}); err != nil || len(s.Warnings) != 1 {
			t.Errorf("%s: starting from it: %v", name, err)
		} else {
			s.Close()
		}
		c.MaxSteps = 40
		s, err := resumed(t, c, dir, Options{})
		if err != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "step 20") {
			t.Fatalf("%s: %v, %v", name, s.Warnings, err)
		}
		if err := s.Train(context.Background()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.Close()
		r, err = run.Open(dir, 1)
		if err != nil || len(r.Warnings) != 0 {
			t.Fatalf("%s: after training: %v, %v", name, r.Warnings, err)
		}
		if step, err := r.Step(); err != nil || step <= 20 {
			t.Errorf("%s: the best model is of step %d, %v", name, step, err)
		}
		r.Close()
	}
}

// TestBestGoesWhileTraining: the end of training needs it, and takes the newest.
func TestBestGoesWhileTraining(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	dir := begun(t, c)
	s, err := resumed(t, c, dir, Options{}) // finished: Train reads the best model back
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, rundir.ModelFile)); err != nil {
		t.Fatal(err)
	}
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, rundir.ModelFile)); err != nil {
		t.Error(err)
	}
}

// TestNeededFiles: what training will need is missed before any work.
func TestNeededFiles(t *testing.T) {
	worked := func(string, int, int) { t.Error("the corpus was read before") }
	c := runtest.Config(t, runtest.Corpus(t))
	c.Embedding.Init = filepath.Join(t.TempDir(), "vectors.txt")
	if _, err := Prepare(context.Background(), c, Options{Threads: 1, Reading: worked}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no vectors: %v", err)
	}
	c.Embedding.Init, c.Init = "", t.TempDir()
	if _, err := Prepare(context.Background(), c, Options{Threads: 1, Reading: worked}); !errors.Is(err, run.ErrNoRun) {
		t.Errorf("no model: %v", err)
	}
	c.Init = ""
	dir := begun(t, c)
	if err := os.WriteFile(filepath.Join(dir, rundir.LogFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := resumed(t, c, dir, Options{Reading: worked}); err == nil || !strings.Contains(err.Error(), "check --repair") {
		t.Errorf("a log that was cut: %v", err)
	}
}

// withoutOrigin takes the fingerprints out of the checkpoint.
func withoutOrigin(t *testing.T, dir string) {
	t.Helper()
	s, err := checkpoint.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Origin = ""
	if err := checkpoint.Save(dir, s); err != nil {
		t.Fatal(err)
	}
}
