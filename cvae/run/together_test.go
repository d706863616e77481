package run_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// TestTogether answers many questions at once as each alone, bit for bit, with one that
// cannot be answered among them.
func TestTogether(t *testing.T) {
	for _, kind := range []string{"bn", "seq2seq", "delta-ar", "attention"} {
		t.Run(kind, func(t *testing.T) {
			c := runtest.Config(t, runtest.Corpus(t))
			c.MaxSteps = 20
			if c.Method = kind; kind == "attention" { // to the words of each context
				c.Method, c.Model.Decoder.Attention = "bn", "context"
			}
			r, err := run.Open(trained(t, c), 2)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			var questions []run.Question
			for i := range 9 {
				q := run.Question{Ctx: context.Background(), Request: ask(fmt.Sprintf("do you like the number %d ?", i), i%3+1)}
				q.Seed, q.Temperature, q.KeepWords = uint64(i), float64(i%2), true
				q.NoRepeat = i % 3
				questions = append(questions, q)
			}
			questions[4].Context = nil
			together := r.Together(questions)
			for i, q := range questions {
				alone := r.Together([]run.Question{q})[0]
				if i == 4 && !errors.Is(together[i].Err, run.ErrRequest) {
					t.Errorf("a question without a context: %v", together[i].Err)
				}
				if q.NoRepeat > 0 && together[i].Err == nil {
					scoredAsTold(t, r, q, together[i])
				}
				if i != 4 && !reflect.DeepEqual(alone, together[i]) {
					t.Errorf("question %d is answered %+v, and alone %+v", i, together[i], alone)
				}
			}
		})
	}
}

// scoredAsTold checks that passing over repeated n-grams changes no probability: Explain
// scores the words of a response by feeding them to the decoder anew.
func scoredAsTold(t *testing.T, r *run.Run, q run.Question, a run.Answer) {
	t.Helper()
	for i, s := range a.Sequences {
		sum := 0.0
		for _, w := range s.Words {
			sum += w.LogProb
		}
		if math.Abs(sum-a.Responses[i].LogProb) > 1e-9 {
			t.Errorf("the words of response %d add up to %g, and it has %g", i, sum, a.Responses[i].LogProb)
		}
		if z := a.Responses[i].Z.Vector(); z == nil || len(z) != r.Latent().Width() { // Explain wants one for the response
			continue
		}
		e, err := r.Explain(context.Background(), q.Request, a.Responses[i])
		if err != nil || math.Abs(e.LogProb-sum) > 1e-3 {
			t.Errorf("response %d has %g, and scored %g, %v", i, sum, e.LogProb, err)
		}
	}
}

// TestPrompt begins the sentences of a model of sentences.
func TestPrompt(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Preset, c.Model.Mode = "tiny", "text"
	r, err := run.Open(trained(t, c), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	q := run.Question{Ctx: context.Background(), Request: dialog.Request{Sampling: dialog.DefaultSampling()}, Prompt: "then take", MaxTokens: 2}
	answer := r.Together([]run.Question{q})[0]
	if answer.Err != nil || len(answer.Prompt) != 2 {
		t.Fatalf("%+v", answer)
	}
	for i, s := range answer.Sequences {
		if len(s.Tokens) > 4 || !reflect.DeepEqual(s.Tokens[:2], answer.Prompt) {
			t.Errorf("response %d is %q", i, answer.Responses[i].Text)
		}
	}
	q.Prompt = "then take 1 then take 2 then take 3 then take 4 then take 5 then take 6"
	if err := r.Together([]run.Question{q})[0].Err; !errors.Is(err, run.ErrRequest) {
		t.Errorf("a prompt without room for a response: %v", err)
	}
}
