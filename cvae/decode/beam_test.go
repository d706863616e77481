package decode

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

func search(t *testing.T, c chain, width int, o Options) []Sequence {
	t.Helper()
	s := copies(c, 1)
	sequences, err := Beam(context.Background(), s, len(c), width, o)
	if err != nil {
		t.Fatal(err)
	}
	if s.fault != "" {
		t.Fatal(s.fault)
	}
	return sequences
}

// Greedy takes a (.5), after which all is uncertain: "a." has .5·.34 = .17.
// The best sequence is "b." with .4·.9 = .36.
func TestBeamFindsWhatGreedyMisses(t *testing.T) {
	c := probabilities(
		[]float64{.1, .5, .4},
		[]float64{.34, .33, .33},
		[]float64{.9, .05, .05},
	)
	o := Options{MaxTokens: 6, Sampling: dialog.Sampling{N: 1, TopP: 1}}
	if got := name(decode(t, copies(c, 1), o)[0]); got != "a." {
		t.Errorf("greedy finds %q, want a.", got)
	}
	got := search(t, c, 2, o)
	if name(got[0]) != "b." {
		t.Errorf("beam finds %q, want b.", name(got[0]))
	}
	near(t, "LogProb", got[0].LogProb, math.Log(.36), 1e-6)
}

func TestBeamOfOneIsGreedy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vocab := rapid.IntRange(4, 9).Draw(t, "vocab")
		c := randomChain(rapid.Uint64().Draw(t, "seed"), vocab)
		if rapid.Bool().Draw(t, "ties") {
			for _, row := range c {
				for i := range row {
					row[i] = float32(math.Round(float64(row[i]))) * 1e-30
				}
			}
		}
		o := Options{MaxTokens: rapid.IntRange(1, 7).Draw(t, "max"), Sampling: dialog.Sampling{N: 1, TopP: 1, NoRepeat: rapid.IntRange(0, 2).Draw(t, "repeat"), AllowUnk: rapid.Bool().Draw(t, "unk")}}
		greedy, err := Decode(context.Background(), copies(c, 1), vocab, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		beam, err := Beam(context.Background(), copies(c, 1), vocab, 1, o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(greedy, beam); diff != "" {
			t.Fatalf("greedy and width 1 differ:\n%s", diff)
		}
	})
}

// enumerate lists every sequence of the chain up to maxTokens.
func enumerate(c chain, maxTokens int) (all []Sequence) {
	var walk func(tokens []int32)
	walk = func(tokens []int32) {
		if len(tokens) == maxTokens {
			all = append(all, Sequence{Tokens: tokens, LogProb: c.logProb(tokens, false)})
			return
		}
		all = append(all, Sequence{Tokens: tokens, LogProb: c.logProb(tokens, true), Finished: true})
		for id := int32(4); int(id) < len(c); id++ {
			walk(append(slices.Clip(tokens), id))
		}
	}
	walk(nil)
	slices.SortFunc(all, func(a, b Sequence) int { return cmp.Compare(b.LogProb, a.LogProb) })
	return all
}

// A beam as wide as the number of sequences is an exhaustive search.
func TestWideBeamIsExhaustive(t *testing.T) {
	for seed := range uint64(10) {
		c := randomChain(seed, 7)
		want := enumerate(c, 3)
		got := search(t, c, 1000, Options{MaxTokens: 3, Sampling: dialog.Sampling{N: 1, TopP: 1}})
		if len(got) != len(want) {
			t.Fatalf("%d sequences, want %d", len(got), len(want))
		}
		for i := range got {
			near(t, "LogProb", got[i].LogProb, want[i].LogProb, 1e-6)
			if name(got[i]) != name(want[i]) {
				t.Errorf("rank %d is %q, want %q", i, name(got[i]), name(want[i]))
			}
		}
	}
}

// Any width: sequences are distinct, valid, best first, and no better than
// the truth.
func TestBeamInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vocab, width := rapid.IntRange(4, 8).Draw(t, "vocab"), rapid.IntRange(1, 6).Draw(t, "width")
		c := randomChain(rapid.Uint64().Draw(t, "seed"), vocab)
		o := Options{MaxTokens: rapid.IntRange(1, 4).Draw(t, "max"), Sampling: dialog.Sampling{N: 1, TopP: 1}}
		s := copies(c, 1)
		got, err := Beam(context.Background(), s, vocab, width, o)
		if err != nil || s.fault != "" || len(got) == 0 || len(got) > width {
			t.Fatal(err, s.fault, len(got))
		}
		seen := map[string]bool{}
		for i, seq := range got {
			if math.Abs(seq.LogProb-c.logProb(seq.Tokens, seq.Finished)) > 1e-6 {
				t.Fatalf("LogProb of %+v, the chain says %v", seq, c.logProb(seq.Tokens, seq.Finished))
			}
			if seen[name(seq)] || i > 0 && got[i-1].LogProb < seq.LogProb {
				t.Fatalf("rank %d (%q) is repeated or out of order", i, name(seq))
			}
			seen[name(seq)] = true
			if seq.Finished == (len(seq.Tokens) == o.MaxTokens) {
				t.Fatalf("%q is neither finished nor cut", name(seq))
			}
		}
		if best := enumerate(c, o.MaxTokens)[0].LogProb; got[0].LogProb > best+1e-6 {
			t.Fatalf("the beam claims %v, the best sequence has %v", got[0].LogProb, best)
		}
	})
}

func TestBeamRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		width int
		o     Options
	}{
		"no width":    {0, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1}}},
		"no tokens":   {1, Options{Sampling: dialog.Sampling{N: 1, TopP: 1}}},
		"temperature": {1, Options{MaxTokens: 1, Sampling: dialog.Sampling{N: 1, TopP: 1, Temperature: 1}}},
	} {
		if _, err := Beam(context.Background(), copies(twoWords, 1), 6, c.width, c.o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
