package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// described is sixty dialogues of speakers with a persona.
func described(t testing.TB) string {
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

// TestPersonasOfReplies: the persona of a reply moves the prior of a run that is
// told personas, and that of no other.
func TestPersonasOfReplies(t *testing.T) {
	for _, told := range []bool{true, false} {
		c := configured(t, described(t))
		c.Model.Context.Persona, c.MaxSteps = told, 10
		r, err := Open(trained(t, c, 1), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		prior := func(labels map[string]string) []float32 {
			return respond(t, r, dialog.Request{Context: []string{"who are you ?"}, N: 1, Labels: labels}).PriorMean.Vector()
		}
		none, dog := prior(nil), prior(map[string]string{"persona": "i have a dog ."})
		if slices.Equal(none, dog) == told {
			t.Errorf("persona %t: the prior is %v without and %v with one", told, none, dog)
		}
		if blank := prior(map[string]string{"persona": " \n", "topic": "x"}); !slices.Equal(none, blank) {
			t.Errorf("persona %t: without a word in it the prior is %v, not %v", told, blank, none)
		}
	}
}

// TestPersonaOfExample: a reply reads its context as training reads that of an
// example.
func TestPersonaOfExample(t *testing.T) {
	c := configured(t, described(t))
	c.Model.Context.Persona, c.MaxSteps = true, 1
	s, err := Prepare(context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for d, err := range s.corpus.Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.contextBatch([]string{d.Turns[0].Text}, map[string]string{dialog.PersonaLabel: d.Persona(1)})
		if err != nil {
			t.Fatal(err)
		}
		want := dialog.NewBatch([]dialog.Example{s.data[dialog.Train].Example(0)}, c.Model.Encoder.Start)
		if fmt.Sprint(got.Context, got.Floor) != fmt.Sprint(want.Context, want.Floor) || len(got.Context[0]) != 3 {
			t.Errorf("a reply reads %v, %v, and training %v, %v", got.Context, got.Floor, want.Context, want.Floor)
		}
		break
	}
}

// TestWithoutPersonas: on a corpus without them the option changes nothing.
func TestWithoutPersonas(t *testing.T) {
	c := configured(t, corpus(t))
	c.MaxSteps = 10
	want := sums(t, trained(t, c, 1))
	c.Model.Context.Persona = true
	if got := sums(t, trained(t, c, 1)); got != want {
		t.Errorf("with context.persona:\n%swant\n%s", got, want)
	}
}

// TestPersonaCache: sets with and without personas have different names.
func TestPersonaCache(t *testing.T) {
	c, cache := configured(t, described(t)), t.TempDir()
	plain := encoded(t, c, Options{Cache: cache})
	c.Model.Context.Persona = true
	shown := encoded(t, c, Options{Cache: cache})
	if len(kept(t, cache)) != 4 || plain[dialog.Train] == shown[dialog.Train] {
		t.Errorf("the cache holds %v", kept(t, cache))
	}
	wantEqual(t, encoded(t, c, Options{Cache: cache}), shown)
}

func TestPersonaRefused(t *testing.T) {
	c, err := config.Defaults("ptb")
	if err != nil {
		t.Fatal(err)
	}
	c.Model.Context.Persona = true
	if _, err := c.Resolve(); err == nil || !strings.Contains(err.Error(), "context.persona") {
		t.Errorf("in text mode: %v", err)
	}
}

// TestWordsOfPersonas: words that stand in personas alone are learnt where they
// are read.
func TestWordsOfPersonas(t *testing.T) {
	for _, told := range []bool{true, false} {
		c := configured(t, described(t))
		c.Model.Context.Persona = told
		s, err := Prepare(context.Background(), c, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ids, err := s.Tokenizer.Encode("am")
		if err != nil || slices.Equal(ids, []int32{tokenize.Unk}) == told {
			t.Errorf("persona %t: am is %v, %v", told, ids, err)
		}
	}
}
