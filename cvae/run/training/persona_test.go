package training

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// TestPersonasOfReplies: the persona of a reply moves the prior of a run that is
// told personas, and that of no other.
func TestPersonasOfReplies(t *testing.T) {
	for _, told := range []bool{true, false} {
		c := runtest.Config(t, runtest.Described(t))
		c.Model.Context.Persona, c.MaxSteps = told, 10
		r, err := run.Open(trained(t, c, 1), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		prior := func(labels map[string]string) []float32 {
			q := dialog.Request{Context: []string{"who are you ?"}, Sampling: dialog.DefaultSampling()}
			q.Labels = labels
			reply, err := r.Respond(context.Background(), q, nil)
			if err != nil {
				t.Fatal(err)
			}
			return reply.PriorMean.Vector()
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

// TestWithoutPersonas: on a corpus without them the option changes nothing.
func TestWithoutPersonas(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps = 10
	want := sums(t, trained(t, c, 1))
	c.Model.Context.Persona = true
	if got := sums(t, trained(t, c, 1)); got != want {
		t.Errorf("with context.persona:\n%swant\n%s", got, want)
	}
}

// TestPersonaCache: sets with and without personas have different names.
func TestPersonaCache(t *testing.T) {
	c, cache := runtest.Config(t, runtest.Described(t)), t.TempDir()
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
		c := runtest.Config(t, runtest.Described(t))
		c.Model.Context.Persona = told
		s, err := Prepare(context.Background(), c, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ids, err := s.words.Encode("am")
		if err != nil || slices.Equal(ids, []int32{tokenize.Unk}) == told {
			t.Errorf("persona %t: am is %v, %v", told, ids, err)
		}
	}
}
