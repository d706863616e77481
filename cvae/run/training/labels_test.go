package training

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// labelled is sixty dialogues about food or work, whose turns have acts.
func labelled(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	var text []byte
	for i := range 60 {
		topic := []string{"food", "work"}[i%2]
		text = fmt.Appendf(text, `{"labels":{"topic":%q},"turns":[{"text":"do you like %s ?","labels":{"act":"ask"}},`+
			`{"text":"yes , %s number %d","labels":{"act":"tell"}},{"text":"bye","labels":{"act":"close","mood":"warm"}}]}`+"\n",
			topic, topic, topic, i%7)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// conditioned is config with labels and an act head.
func conditioned(t testing.TB, corpus string) config.Config {
	t.Helper()
	c := runtest.Config(t, corpus)
	c.Model.Condition = cvae.Conditioning{Labels: []string{"topic", "act"}, Embedding: 4, ActHead: true}
	return c
}

// TestConditionedThreads trains on one and two workers, with the same files.
func TestConditionedThreads(t *testing.T) {
	path := labelled(t)
	for _, method := range []string{"bn", "seq2seq"} {
		c := conditioned(t, path)
		c.Method = method
		want := sums(t, trained(t, c, 1))
		if got := sums(t, trained(t, c, 2)); got != want {
			t.Errorf("%s on 2 threads:\n%swant\n%s", method, got, want)
		}
	}
}

// TestConditionedInterrupted resumes to the files of an uninterrupted run, with
// labels.json read and not learnt again.
func TestConditionedInterrupted(t *testing.T) {
	c := conditioned(t, labelled(t))
	want := sums(t, trained(t, c, 1))
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	if err := trainIn(t, ctx, c, Options{Out: dir, Threads: 1, Progress: cancelAfter{cancel, 1}}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := trainIn(t, context.Background(), c, Options{Out: dir, Threads: 1, Resume: true}); err != nil {
		t.Fatal(err)
	}
	if got := sums(t, dir); got != want {
		t.Errorf("resumed:\n%swant\n%s", got, want)
	}
}

// TestEveryMethodIsConditioned: all that read a context train, and lm says that
// it reads none.
func TestEveryMethodIsConditioned(t *testing.T) {
	path := labelled(t)
	for _, m := range method.All() {
		t.Run(m.Name, func(t *testing.T) {
			c := conditioned(t, path)
			c.Method, c.MaxSteps = m.Name, 2
			switch m.Name {
			case "ae": // its second phase begins late
				c.MaxSteps = 40
			case "fraternal":
				c.Model.Decoder.DropoutOut = 0.3
			}
			plain := c
			plain.Model.Condition = cvae.Conditioning{}
			parts, err := plain.Resolve()
			if err != nil {
				t.Fatal(err)
			}
			s, err := Prepare(context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
			if parts.NoContext {
				if err == nil || !strings.Contains(err.Error(), "reads no context") {
					t.Errorf("a method without a context: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := s.Train(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLabelsOfReplies: a known topic moves the prior, and a missing one, an
// unknown one and a label that the run is not told are none.
func TestLabelsOfReplies(t *testing.T) {
	r, err := run.Open(trained(t, conditioned(t, labelled(t)), 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := map[string][]string{"topic": {"food", "work"}, "act": {"ask", "close", "tell"}}
	if diff := cmp.Diff(want, r.Labels()); diff != "" {
		t.Error(diff)
	}
	prior := func(labels map[string]string) []float32 {
		q := dialog.Request{Context: []string{"do you like it ?"}, Sampling: dialog.DefaultSampling()}
		q.Labels = labels
		reply, err := r.Respond(context.Background(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		return reply.PriorMean.Vector()
	}
	none := prior(nil)
	for _, labels := range []map[string]string{{"topic": "sport"}, {"topic": ""}, {"mood": "warm"}} {
		if !slices.Equal(prior(labels), none) {
			t.Errorf("%v is not as good as none", labels)
		}
	}
	for _, labels := range []map[string]string{{"topic": "food"}, {"topic": "work"}, {"act": "ask"}} {
		if slices.Equal(prior(labels), none) {
			t.Errorf("%v is as good as none", labels)
		}
	}
}

// TestActHeadLearns: on the built-in corpus, after a few hundred steps, the
// intent that the head predicts of held-out responses, from z as the recognition
// network reads it off the response, is right more often than the most frequent
// intent would be.
func TestActHeadLearns(t *testing.T) {
	c := runtest.Config(t, "builtin")
	c.Model.Condition = cvae.Conditioning{ActHead: true, Act: "intent", Embedding: 4}
	c.Model.Latent.Dim, c.Batch, c.MaxSteps = 8, 32, 300
	s, err := Prepare(context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	right, total, frequency, k := 0, 0, map[int32]int{}, len(s.labels["intent"])
	err = eval.Each(context.Background(), s.model, s.data[dialog.Valid], 1, func(examples []int, b *dialog.Batch, r *cvae.Result) error {
		odds := s.model.PredictActs(len(examples), single(r.C), single(r.Z))
		for i, act := range b.Acts {
			row := odds[i*k : (i+1)*k]
			if int32(1+slices.Index(row, slices.Max(row))) == act {
				right++
			}
			frequency[act]++
			total++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	majority := slices.Max(slices.Collect(maps.Values(frequency)))
	t.Logf("%d of %d intents are right, %d would be by the most frequent", right, total, majority)
	if right*2 < majority*3 {
		t.Errorf("%d of %d intents are right, not much more than the %d of the most frequent", right, total, majority)
	}
}

func single(m []float64) []float32 {
	out := make([]float32, len(m))
	for i, v := range m {
		out[i] = float32(v)
	}
	return out
}

// TestLackingLabels are refused, naming those that the corpus has.
func TestLackingLabels(t *testing.T) {
	path, plain := labelled(t), runtest.Corpus(t)
	for _, test := range []struct {
		corpus    string
		condition cvae.Conditioning
		want      string
	}{
		{path, cvae.Conditioning{Labels: []string{"topic", "persona"}}, `condition.labels has "persona", and no dialogue or turn in the training split of corpus.jsonl has such a label; the labels there are act, mood, topic`},
		{path, cvae.Conditioning{ActHead: true, Act: "topic"}, `condition.act is "topic", and no turn in the training split of corpus.jsonl has such a label; set condition.act to one of those there are: act, mood`},
		{plain, cvae.Conditioning{ActHead: true}, `one of those there are: none`},
	} {
		c := runtest.Config(t, test.corpus)
		c.Model.Condition = test.condition
		s, err := Prepare(context.Background(), c, Options{})
		if err == nil {
			s.Close()
		}
		var configuration config.Error
		if !errors.As(err, &configuration) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test.condition, err)
		}
	}
}

// TestDamagedLabels are refused with the name of the file and the fault.
func TestDamagedLabels(t *testing.T) {
	c := conditioned(t, labelled(t))
	c.MaxSteps = 1
	dir := trained(t, c, 1)
	path := filepath.Join(dir, rundir.LabelsFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for fault, change := range map[string]func(string) string{
		"not what a run writes": func(s string) string { return s[:len(s)/2] },
		"version is 2":          func(s string) string { return strings.Replace(s, `"version": 1`, `"version": 2`, 1) },
		"checksum is wrong":     func(s string) string { return strings.Replace(s, "food", "foot", 1) },
	} {
		if err := os.WriteFile(path, []byte(change(string(good))), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := run.Open(dir, 1)
		if err == nil {
			r.Close()
		}
		if err == nil || !strings.Contains(err.Error(), fault) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", fault, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if r, err := run.Open(dir, 1); !errors.Is(err, os.ErrNotExist) {
		r.Close()
		t.Errorf("without the file: %v", err)
	}
}

// TestLabelsOfInit: a run that starts from another keeps its ids.
func TestLabelsOfInit(t *testing.T) {
	c := conditioned(t, labelled(t))
	c.MaxSteps = 1
	first := trained(t, c, 1)
	more := filepath.Join(t.TempDir(), "more.jsonl")
	text, err := os.ReadFile(c.Corpus)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(more, []byte(strings.ReplaceAll(string(text), "food", "art")), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Corpus, c.Init = more, first
	s, err := Prepare(context.Background(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if diff := cmp.Diff([]string{"food", "work"}, s.labels["topic"]); diff != "" {
		t.Error(diff)
	}
}

// TestLabelsAreLearntOnce: with the tokens in one pass, and by themselves where
// the tokens are given; the labels are the same.
func TestLabelsAreLearntOnce(t *testing.T) {
	c := conditioned(t, labelled(t))
	c.MaxSteps = 1
	var given config.Tokenizer
	var first cvae.Labels
	for _, want := range [][]string{{"learning the tokens", "encoding the corpus"}, {"learning the labels", "encoding the corpus"}} {
		var passes []string
		o := Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1, Reading: func(what string, _, _ int) {
			if !slices.Contains(passes, what) {
				passes = append(passes, what)
			}
		}}
		s, err := Prepare(context.Background(), c, o)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		if diff := cmp.Diff(want, passes); diff != "" {
			t.Error(diff)
		}
		if given.Kind == "" {
			first, given = s.labels, config.Tokenizer{Kind: "file", File: filepath.Join(o.Out, rundir.TokenizerFile), Split: "punct"}
		}
		if diff := cmp.Diff(first, s.labels); diff != "" {
			t.Error(diff)
		}
		c.Tokenizer = given
	}
}
