// Package runtest has what tests of runs train: a small corpus and a small
// model.
package runtest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
)

// Corpus is sixty dialogues of one form, enough for every split.
func Corpus(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	var text []byte
	for i := range 60 {
		text = fmt.Appendf(text, `{"turns":["do you like the number %d ?","yes , %d is fine , and %d too","then take %d","thanks"]}`+"\n",
			i%7, i%7, i%5, i%3)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Config is a model small enough for hundreds of steps a second.
func Config(t testing.TB, corpus string) config.Config {
	t.Helper()
	c, err := config.Defaults("tiny")
	if err != nil {
		t.Fatal(err)
	}
	c.Corpus, c.Batch, c.LogInterval, c.MaxEpochs, c.MaxTime = corpus, 16, 5, 0, 0
	c.MaxSteps = 60
	c.Model.Encoder.Embedding, c.Model.Encoder.Hidden = 6, 8
	c.Model.Context.Hidden, c.Model.Decoder.Hidden, c.Model.Decoder.BagOfWords = 8, 8, 8
	c.Model.Latent.Dim, c.Model.Latent.Prior, c.Model.Latent.Recognition = 4, 8, 8
	c.Optimiser.LearningRate = 0.01
	c.Optimiser.Patience = 50
	return c
}

// Described is sixty dialogues of speakers with a persona.
func Described(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	var text []byte
	for i := range 60 {
		pet := []string{"dog", "cat"}[i%2]
		text = fmt.Appendf(text, `{"labels":{"persona":"i have a %s .\ni am number %d ."},"turns":["who are you , number %d ?","i have a %s","and how are you ?","fine with my %s"]}`+"\n",
			pet, i%7, i%5, pet, pet)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
