package decode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// twoWords: "a" then "b" is the greedy path with probability .6·.7·.8; the
// word a is token 4, b is 5.
var twoWords = probabilities(
	[]float64{.1, .6, .3}, // after <s>: </s>, a, b
	[]float64{.2, .1, .7}, // after a
	[]float64{.8, .1, .1}, // after b
)

func decode(t *testing.T, s *markov, o Options) []Sequence {
	t.Helper()
	o.N = len(s.chains)
	sequences, err := Decode(context.Background(), s, len(s.chains[0]), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.fault != "" {
		t.Fatal(s.fault)
	}
	return sequences
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.10g, want %.10g ± %g", what, got, want, tolerance)
	}
}

func TestGreedy(t *testing.T) {
	got := decode(t, copies(twoWords, 1), Options{MaxTokens: 5, Sampling: dialog.Sampling{TopP: 1}})[0]
	if !slices.Equal(got.Tokens, []int32{4, 5}) || !got.Finished {
		t.Errorf("got %+v, want tokens 4 5, finished", got)
	}
	near(t, "LogProb", got.LogProb, math.Log(.6*.7*.8), 1e-6) // logits are float32
}

func TestCutAtMaxTokens(t *testing.T) {
	s := copies(twoWords, 1)
	got := decode(t, s, Options{MaxTokens: 2, Sampling: dialog.Sampling{TopP: 1}})[0]
	if !slices.Equal(got.Tokens, []int32{4, 5}) || got.Finished {
		t.Errorf("got %+v, want tokens 4 5, cut", got)
	}
	near(t, "LogProb", got.LogProb, math.Log(.6*.7), 1e-6)
	if len(s.fed) != 1 {
		t.Errorf("the model was stepped %d times, want 1: the cut token needs no successor", len(s.fed))
	}
}

func TestEmptySequence(t *testing.T) {
	s := copies(probabilities([]float64{.9, .1}, []float64{.9, .1}), 2)
	for _, got := range decode(t, s, Options{MaxTokens: 2, Sampling: dialog.Sampling{TopP: 1}}) {
		if len(got.Tokens) != 0 || !got.Finished {
			t.Errorf("got %+v, want an empty finished sequence", got)
		}
		near(t, "LogProb", got.LogProb, math.Log(.9), 1e-6)
	}
	if s.fed != nil {
		t.Errorf("Step was called with %v after every row had finished", s.fed)
	}
}

// <pad> and <s> have the largest logits, <unk> the next: never, never, and
// only if allowed. Equal logits go to the lowest id.
func TestForbiddenTokensAndTies(t *testing.T) {
	row := []float32{9, 5, 9, 1, 3, 3, 2}
	c := chain{row, row, row, row, row, row, row}
	for _, temperature := range []float64{0, 1} {
		o := Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: temperature, TopK: 1}}
		if got := decode(t, copies(c, 1), o)[0]; !slices.Equal(got.Tokens, []int32{4}) {
			t.Errorf("temperature %v: got %v, want 4", temperature, got.Tokens)
		}
		o.AllowUnk = true
		if got := decode(t, copies(c, 1), o)[0]; !slices.Equal(got.Tokens, []int32{tokenize.Unk}) {
			t.Errorf("temperature %v, unk allowed: got %v, want 1", temperature, got.Tokens)
		}
	}
	// LogProb is untruncated: it counts the mass of what may not be generated.
	got := decode(t, copies(c, 1), Options{MaxTokens: 1, Sampling: dialog.Sampling{TopP: 1}})[0]
	near(t, "LogProb", got.LogProb, c.logProb([]int32{4}, false), 1e-6)
}

// Rows finish at different steps; the finished ones are dropped from Step.
func TestFinishedRowsAreDropped(t *testing.T) {
	stop := probabilities([]float64{1, 0, 0}, []float64{1, 0, 0}, []float64{1, 0, 0})
	short := probabilities([]float64{0, 0, 1}, []float64{1, 0, 0}, []float64{1, 0, 0})
	endless := probabilities([]float64{0, 1, 0}, []float64{0, 1, 0}, []float64{0, 1, 0})
	s := &markov{chains: []chain{short, stop, endless}}
	got := decode(t, s, Options{MaxTokens: 4, Sampling: dialog.Sampling{TopP: 1}})
	if diff := cmp.Diff([][]int32{{5, 4}, {4}, {4}}, s.fed); diff != "" {
		t.Errorf("tokens fed (-want +got):\n%s", diff)
	}
	want := []Sequence{{Tokens: []int32{5}, Finished: true}, {Finished: true}, {Tokens: []int32{4, 4, 4, 4}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sequences (-want +got):\n%s", diff)
	}
}

func TestStreamOrder(t *testing.T) {
	type event struct {
		Row   int
		Token int32
	}
	s := &markov{chains: []chain{randomChain(1, 9), randomChain(2, 9), randomChain(3, 9)}}
	var events []event
	sequences, err := Decode(context.Background(), s, 9, Options{MaxTokens: 6, Sampling: dialog.Sampling{N: 3, TopP: 1, Temperature: 1, Seed: 4}},
		func(row int, token int32) { events = append(events, event{row, token}) })
	if err != nil {
		t.Fatal(err)
	}
	var want []event
	for step := range 6 {
		for row, seq := range sequences {
			if step < len(seq.Tokens) {
				want = append(want, event{row, seq.Tokens[step]})
			}
		}
	}
	if diff := cmp.Diff(want, events); diff != "" || len(events) == 0 {
		t.Errorf("stream (-want +got):\n%s", diff)
	}
}

// A row's sequence does not change when the other rows do, so neither do
// finished rows that are dropped earlier or later.
func TestRowsAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const m, vocab = 5, 8
		o := Options{MaxTokens: 8, Sampling: dialog.Sampling{N: m, Temperature: 1.3, TopK: rapid.IntRange(0, 5).Draw(t, "k"),
			TopP: rapid.Float64Range(1e-300, 1).Draw(t, "p"), Seed: rapid.Uint64().Draw(t, "seed")}}
		keep := rapid.IntRange(0, m-1).Draw(t, "row")
		run := func(others uint64) Sequence {
			s := new(markov)
			for row := range m {
				s.chains = append(s.chains, randomChain(others+uint64(row), vocab))
			}
			s.chains[keep] = randomChain(77, vocab)
			sequences, err := Decode(context.Background(), s, vocab, o, nil)
			if err != nil || s.fault != "" {
				t.Fatal(err, s.fault)
			}
			return sequences[keep]
		}
		if diff := cmp.Diff(run(100), run(200)); diff != "" {
			t.Fatalf("row %d changed with the other rows:\n%s", keep, diff)
		}
	})
}

// Every LogProb equals the product of the chain's probabilities.
func TestLogProbOfSamples(t *testing.T) {
	c := randomChain(5, 9)
	for i, got := range decode(t, copies(c, 40), Options{MaxTokens: 4, Sampling: dialog.Sampling{Temperature: .7, TopP: .9, AllowUnk: true, Seed: 3}}) {
		if want := c.logProb(got.Tokens, got.Finished); math.Abs(got.LogProb-want) > 1e-6 {
			t.Errorf("row %d: LogProb of %+v, the chain says %v", i, got, want)
		}
	}
}

func TestCancel(t *testing.T) {
	endless := probabilities([]float64{0, 1}, []float64{0, 1})
	ctx, cancel := context.WithCancel(context.Background())
	tokens := 0
	_, err := Decode(ctx, copies(endless, 1), 5, Options{MaxTokens: 1000, Sampling: dialog.Sampling{N: 1, TopP: 1}}, func(int, int32) {
		if tokens++; tokens == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || tokens != 3 {
		t.Errorf("after %d tokens: %v, want the cancellation after 3", tokens, err)
	}
	if _, err = Beam(ctx, copies(endless, 1), 5, 2, Options{MaxTokens: 1000, Sampling: dialog.Sampling{N: 1, TopP: 1}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Beam: %v, want the cancellation", err)
	}
}

// broken returns the same logits at every call.
type broken []float32

func (b broken) Begin() []float32              { return b }
func (b broken) Step([]int32, []int) []float32 { return b }

func TestBadLogits(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, logits := range map[string]broken{
		"NaN":                {0, 0, 0, nan, 1},
		"NaN in <pad>":       {nan, 0, 0, 0, 1},
		"infinite":           {0, 0, 0, 0, inf},
		"minus infinite":     {0, 0, 0, 0, -inf},
		"a logit too few":    {0, 0, 0, 1},
		"a row too many":     {0, 0, 0, 0, 1, 0, 0, 0, 0, 1},
		"no logits":          nil,
		"all minus infinite": {-inf, -inf, -inf, -inf, -inf},
	} {
		want := "NaN or infinite"
		if len(logits) != 5 {
			want = fmt.Sprintf("%d logits for 1 hypotheses", len(logits))
		}
		for _, temperature := range []float64{0, 1} {
			if _, err := Decode(context.Background(), logits, 5, Options{MaxTokens: 3, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: temperature}}, nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, temperature %v: %v, want an error with %q", name, temperature, err, want)
			}
		}
		if _, err := Beam(context.Background(), logits, 5, 2, Options{MaxTokens: 3, Sampling: dialog.Sampling{N: 1, TopP: 1}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Beam: %v, want an error with %q", name, err, want)
		}
	}
}

// Logits at the edge of float32 are finite and must not overflow.
func TestLargeLogits(t *testing.T) {
	logits := broken{0, 0, 0, -math.MaxFloat32, math.MaxFloat32}
	for _, temperature := range []float64{0, 1e-300, 1, 1000} {
		got, err := Decode(context.Background(), logits, 5, Options{MaxTokens: 2, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: temperature}}, nil)
		if err != nil || math.IsNaN(got[0].LogProb) || math.IsInf(got[0].LogProb, 0) {
			t.Errorf("temperature %v: %+v, %v", temperature, got, err)
		}
	}
}

func TestBadOptions(t *testing.T) {
	for name, c := range map[string]struct {
		vocab int
		o     Options
		want  string
	}{
		"no vocabulary":        {3, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1}}, "a vocabulary of 3 tokens"},
		"no hypothesis":        {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{TopP: 1}}, "n is 0"},
		"no tokens":            {5, Options{Sampling: dialog.Sampling{N: 1, TopP: 1}}, "max tokens is 0"},
		"negative temperature": {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: -1}}, "temperature is -1"},
		"NaN temperature":      {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: math.NaN()}}, "temperature is NaN"},
		"infinite temperature": {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: math.Inf(1)}}, "temperature is +Inf"},
		"no top-p":             {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1}}, "top-p is 0"},
		"negative top-k":       {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, TopK: -1}}, "top-k is -1"},
		"top-p above 1":        {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1.1}}, "top-p is 1.1"},
		"NaN top-p":            {5, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: math.NaN()}}, "top-p is NaN"},
	} {
		if _, err := Decode(context.Background(), copies(twoWords, 1), c.vocab, c.o, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
}

// FuzzOptions: no option value panics, and what comes back obeys the options.
func FuzzOptions(f *testing.F) {
	f.Add(uint64(1), 6, 3, 4, 1.0, 0, 1.0, false)
	f.Add(uint64(2), 9, 1, 20, 0.0, 5, 0.5, true)
	f.Add(uint64(3), 4, 2, 1, 1e-320, 1, 1.0, false)
	f.Add(uint64(4), 5, 1, 3, math.MaxFloat64, 1<<40, 1e-320, true)
	f.Add(uint64(5), -1, -1, -1, math.NaN(), -1, math.NaN(), true)
	f.Fuzz(func(t *testing.T, seed uint64, vocab, m, maxTokens int, temperature float64, k int, p float64, unk bool) {
		vocab, m, maxTokens = vocab%20, m%6, maxTokens%12
		o := Options{MaxTokens: maxTokens, Sampling: dialog.Sampling{N: m, Temperature: temperature, TopK: k, TopP: p, AllowUnk: unk, Seed: seed}}
		s := copies(randomChain(seed, max(vocab, 0)), max(m, 0))
		sequences, err := Decode(context.Background(), s, vocab, o, nil)
		if err != nil {
			return
		}
		if s.fault != "" || len(sequences) != m {
			t.Fatal(s.fault, len(sequences))
		}
		for _, seq := range sequences {
			checkSequence(t, seq, o)
		}
	})
}

func checkSequence(t *testing.T, seq Sequence, o Options) {
	t.Helper()
	if len(seq.Tokens) > o.MaxTokens || seq.Finished == (len(seq.Tokens) == o.MaxTokens) {
		t.Errorf("%d tokens of %d, finished %v", len(seq.Tokens), o.MaxTokens, seq.Finished)
	}
	if !(seq.LogProb <= 0) || math.IsInf(seq.LogProb, 0) {
		t.Errorf("LogProb %v", seq.LogProb)
	}
	for _, id := range seq.Tokens {
		if id == tokenize.Pad || id == tokenize.Start || id == tokenize.End || id == tokenize.Unk && !o.AllowUnk {
			t.Errorf("generated special token %d", id)
		}
	}
}
