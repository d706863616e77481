package run

import (
	"context"
	"fmt"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// TestPersonaOfExample: a reply reads its context as training reads that of an
// example.
func TestPersonaOfExample(t *testing.T) {
	c := runtest.Config(t, runtest.Described(t))
	c.Model.Context.Persona = true
	parts, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	corpus, err := OpenCorpus(c)
	if err != nil {
		t.Fatal(err)
	}
	text := "who are you , number i have a am . ?"
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) { yield(text, nil) }, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	model, err := cvae.New[float32](c.Model, words.Size(), parts.Parts, 1, team)
	if err != nil {
		t.Fatal(err)
	}
	r := New("", c, words, model)
	defer r.Close()
	set, err := r.Set(context.Background(), corpus, dialog.Train)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	for d, err := range corpus.Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := r.contextBatch([]string{d.Turns[0].Text}, map[string]string{dialog.PersonaLabel: d.Persona(1)})
		if err != nil {
			t.Fatal(err)
		}
		want := dialog.NewBatch([]dialog.Example{set.Example(0)}, c.Model.Encoder.Start)
		if fmt.Sprint(got.Context, got.Floor) != fmt.Sprint(want.Context, want.Floor) || len(got.Context[0]) != 3 {
			t.Errorf("a reply reads %v, %v, and an example %v, %v", got.Context, got.Floor, want.Context, want.Floor)
		}
		break
	}
}
