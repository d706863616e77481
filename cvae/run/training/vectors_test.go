package training

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// vectors writes a file of word vectors.
func vectors(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vectors.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEmbeddingInit: the words of the file begin as its vectors, the others as
// ever, and the run records how many there were, also when it goes on.
func TestEmbeddingInit(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t)) // word embeddings of 6
	usual, err := Prepare(context.Background(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer usual.Close()
	c.Embedding.Init = vectors(t, "like 1 2 3 4 5 6\nYes 9 9 9 9 9 9\nnumber -1 -2 -3 -4 -5 -6\nzebra 1 1 1 1 1 1\n")
	dir := filepath.Join(t.TempDir(), "run")
	s, err := Prepare(context.Background(), c, Options{Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	if s.Config.Embedding.Found != 2 { // like and number; the corpus writes yes
		t.Errorf("%d words found, want 2", s.Config.Embedding.Found)
	}
	want := map[string][]float32{"like": {1, 2, 3, 4, 5, 6}, "number": {-1, -2, -3, -4, -5, -6}}
	embedding, before := s.model.Params()[0], usual.model.Params()[0]
	for id := range s.words.Size() {
		row, ok := want[s.words.Token(int32(id))]
		if !ok {
			row = before.Row(before.Value, int32(id))
		}
		if got := embedding.Row(embedding.Value, int32(id)); !slices.Equal(got, row) {
			t.Errorf("%s begins as %v, want %v", s.words.Token(int32(id)), got, row)
		}
	}
	s.Close()
	c.MaxSteps = 1
	trainIn(t, context.Background(), c, Options{Out: dir, Resume: true})
	c.MaxSteps = 3
	if err := os.Remove(c.Embedding.Init); err != nil { // a run that goes on needs it no more
		t.Fatal(err)
	}
	trainIn(t, context.Background(), c, Options{Out: dir, Resume: true})
	saved, err := run.ReadConfig(dir)
	if err != nil || saved.Embedding.Found != 2 {
		t.Errorf("%d words recorded, want 2; %v", saved.Embedding.Found, err)
	}
}

// TestEmbeddingRefused says what cannot be, with numbers and the cure.
func TestEmbeddingRefused(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	for want, change := range map[string]func(*config.Config){
		"have 3 numbers, and encoder.embedding is 6; add --set encoder.embedding=3": func(c *config.Config) {
			c.Embedding.Init = vectors(t, "like 1 2 3\n")
		},
		"has none of the": func(c *config.Config) { c.Embedding.Init = vectors(t, "LIKE 1 2 3 4 5 6\n") },
		"embedding.init: " + os.DevNull + "x cannot be read": func(c *config.Config) { c.Embedding.Init = os.DevNull + "x" },
		"embedding.init and init_from both":                  func(c *config.Config) { c.Embedding.Init, c.Init = "v", "run" },
	} {
		c := c
		change(&c)
		s, err := Prepare(context.Background(), c, Options{})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
		var configuration config.Error
		if !errors.As(err, &configuration) && c.Init == "" { // Resolve's are refused by the command line
			t.Errorf("%v is not an error of configuration", err)
		}
	}
}
