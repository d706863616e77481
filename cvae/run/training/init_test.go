package training

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// TestInitFromSeq2seq: a run with a latent takes every tensor of one without, and says
// that what the latent needs is fresh, with attention too.
func TestInitFromSeq2seq(t *testing.T) {
	for _, attention := range []string{"", "context"} {
		c := runtest.Config(t, runtest.Corpus(t))
		c.Method, c.MaxSteps, c.Model.Decoder.Attention = "seq2seq", 5, attention
		first := trained(t, c, 1)
		weights, err := run.ReadWeights(first)
		if err != nil {
			t.Fatal(err)
		}
		c.Method, c.Init = "bn", first
		s, err := Prepare(context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if n := len(weights.Tensors); len(s.fit.Taken) != n || s.fit.Reshaped != nil {
			t.Errorf("%d of %d tensors are taken, not %v", len(s.fit.Taken), n, s.fit.Reshaped)
		}
		fresh := s.fit.Groups(s.fit.Fresh)
		slices.Sort(fresh)
		if want := []string{"bn", "buffer", "decoder.latent", "prior", "recognition", "start.weight1"}; !slices.Equal(fresh, want) {
			t.Errorf("fresh are %v, want %v", fresh, want)
		}
		if note := s.Notes()[0]; !strings.Contains(note, "tensors began as those of run "+first+"; fresh are ") {
			t.Error(note)
		}
		values := map[string][]float32{}
		for _, p := range s.model.Params() {
			values[p.Name] = p.Value
		}
		for _, x := range weights.Tensors {
			if !slices.Equal(values[x.Name], x.Data.([]float32)) {
				t.Errorf("%s is not that of the run", x.Name)
			}
		}
	}
}

// TestInitBuiltin: the built-in model gives its tokens and, to a model of its shape, all
// of its tensors.
func TestInitBuiltin(t *testing.T) {
	start := run.StartOf(run.StartBuiltin)
	old, err := start.Config()
	if err != nil {
		t.Fatal(err)
	}
	c := runtest.Config(t, runtest.Corpus(t))
	c.Model, c.Init = old.Model, run.StartBuiltin
	s, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	weights, err := start.Weights()
	if err != nil {
		t.Fatal(err)
	}
	if s.fit.Fresh != nil || s.fit.Reshaped != nil || len(s.fit.Taken) != len(weights.Tensors) {
		t.Errorf("%+v", s.fit)
	}
	words, err := start.Tokenizer(weights.Origin)
	if err != nil || words.Size() != s.words.Size() {
		t.Errorf("%d tokens, %v", s.words.Size(), err)
	}
}

// TestInitReshaped: a tensor of another shape begins fresh, and a warning names it; a
// run that shares none is refused.
func TestInitReshaped(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps = 2
	first := trained(t, c, 1)
	c.Init, c.Model.Latent.Prior = first, 9
	s, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := "tensors are of another shape in run " + first + " and begin fresh: prior.hidden, prior.mean.weight0, prior.log_variance.weight0; leave --preset and settings of sizes out to take them"
	if got := strings.Join(s.Warnings, " "); !strings.Contains(got, want) {
		t.Errorf("%q lacks %q", got, want)
	}
	s.first.Tensors = []safetensors.Tensor{}
	if err := s.initialise(); err == nil || !strings.Contains(err.Error(), "no tensor in common") {
		t.Error(err)
	}
}
