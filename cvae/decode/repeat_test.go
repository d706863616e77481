package decode

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// repeatsItself reports whether tokens hold an n-gram twice: the definition, by a set.
func repeatsItself(tokens []int32, n int) bool {
	seen := map[string]bool{}
	for i := 0; n > 0 && i+n <= len(tokens); i++ {
		gram := fmt.Sprint(tokens[i : i+n])
		if seen[gram] {
			return true
		}
		seen[gram] = true
	}
	return false
}

// TestLoops: "a b a b …" is the likeliest for ever. The probabilities are by hand.
func TestLoops(t *testing.T) {
	loop := probabilities(
		[]float64{.1, .8, .1}, // after <s>: </s>, a, b
		[]float64{.1, .0, .9}, // after a
		[]float64{.2, .8, .0}, // after b
	)
	for n, want := range map[int]struct {
		text string
		p    float64
	}{
		0: {"ababababa", .8 * .9 * .8 * .9 * .8 * .9 * .8 * .9 * .8},
		1: {"ab.", .8 * .9 * .2},
		2: {"aba.", .8 * .9 * .8 * .1},
		3: {"abab.", .8 * .9 * .8 * .9 * .2},
	} {
		o := Options{MaxTokens: 9, Sampling: dialog.Sampling{N: 1, TopP: 1, NoRepeat: n}}
		got := decode(t, copies(loop, 1), o)[0]
		if name(got) != want.text {
			t.Errorf("no %d-gram twice: %q, want %q", n, name(got), want.text)
		}
		near(t, "LogProb", got.LogProb, math.Log(want.p), 1e-5)
	}
}

// TestNothingLeft: where every word is barred the sequence ends, however unlikely that is.
func TestNothingLeft(t *testing.T) {
	c := probabilities([]float64{1e-7, 1}, []float64{1e-6, 1})
	for _, temperature := range []float64{0, 1, 1000} {
		o := Options{MaxTokens: 9, Sampling: dialog.Sampling{N: 1, TopP: 0.5, Temperature: temperature, NoRepeat: 1, Seed: 3}}
		if temperature == 1000 {
			o.TopP = 1
		}
		got := decode(t, copies(c, 1), o)[0]
		if temperature < 1000 && name(got) != "a." || !got.Finished {
			t.Errorf("temperature %g: %q", temperature, name(got))
		}
	}
	if got := search(t, c, 3, Options{MaxTokens: 9, Sampling: dialog.Sampling{N: 1, TopP: 1, NoRepeat: 1}}); name(got[0]) != "a." {
		t.Errorf("beam: %q", name(got[0]))
	}
}

// TestNoRepeat: no n-gram twice whatever the decoding, and scores are those of the chain.
func TestNoRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vocab := rapid.IntRange(4, 8).Draw(t, "vocab")
		c := randomChain(rapid.Uint64().Draw(t, "chain"), vocab)
		o := Options{MaxTokens: rapid.IntRange(1, 30).Draw(t, "max"), Sampling: dialog.Sampling{N: 1, NoRepeat: rapid.IntRange(1, 4).Draw(t, "n"),
			Temperature: rapid.SampledFrom([]float64{0, 0.7, 1}).Draw(t, "temperature"), TopK: rapid.IntRange(0, 4).Draw(t, "k"),
			TopP: rapid.SampledFrom([]float64{0.6, 1}).Draw(t, "p"), Seed: rapid.Uint64().Draw(t, "seed"), AllowUnk: rapid.Bool().Draw(t, "unk")}}
		var found []Sequence
		if width := rapid.IntRange(0, 3).Draw(t, "width"); width > 0 {
			o.Temperature, o.TopK, o.TopP = 0, 0, 1
			found, _ = Beam(context.Background(), copies(c, 1), vocab, width, o)
		} else {
			found, _ = Decode(context.Background(), copies(c, 1), vocab, o, nil)
		}
		if len(found) == 0 {
			t.Fatal("no sequence")
		}
		for _, s := range found {
			if repeatsItself(s.Tokens, o.NoRepeat) {
				t.Fatalf("%v holds a %d-gram twice", s.Tokens, o.NoRepeat)
			}
			if want := c.logProb(s.Tokens, s.Finished); !(math.Abs(s.LogProb-want) < 1e-4) {
				t.Fatalf("%v: LogProb %g, and the chain says %g", s.Tokens, s.LogProb, want)
			}
		}
	})
}

// TestNoRepeatIsGreedy: each token is the likeliest that repeats nothing, found by trying
// all, and a sequence that repeats nothing anyway stays as it is.
func TestNoRepeatIsGreedy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const vocab = 7
		c := randomChain(rapid.Uint64().Draw(t, "chain"), vocab)
		n := rapid.IntRange(1, 3).Draw(t, "n")
		o := Options{MaxTokens: 20, Sampling: dialog.Sampling{N: 1, TopP: 1}}
		free, _ := Decode(context.Background(), copies(c, 1), vocab, o, nil)
		o.NoRepeat = n
		got, _ := Decode(context.Background(), copies(c, 1), vocab, o, nil)
		if diff := cmp.Diff(free, got); !repeatsItself(free[0].Tokens, n) && diff != "" {
			t.Fatalf("it changes what repeats nothing:\n%s", diff)
		}
		var want []int32
		for after := tokenize.Start; len(want) < o.MaxTokens; {
			best := tokenize.End
			for id := int32(4); id < vocab; id++ {
				if c[after][id] > c[after][best] && !repeatsItself(append(slices.Clip(want), id), n) {
					best = id
				}
			}
			if best == tokenize.End {
				break
			}
			want, after = append(want, best), best
		}
		if diff := cmp.Diff(want, got[0].Tokens); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// TestNoRepeatShares: the words that are left share the probability of those that are
// barred. After a, with a barred, b has .3 of .4.
func TestNoRepeatShares(t *testing.T) {
	c := probabilities([]float64{0, 1, 0}, []float64{.1, .6, .3}, []float64{1, 0, 0})
	const draws = 4000
	for _, topK := range []int{0, 3} { // both ways to sample
		b := 0
		for seed := range uint64(draws) {
			o := Options{MaxTokens: 2, Sampling: dialog.Sampling{N: 1, TopP: 1, TopK: topK, Temperature: 1, NoRepeat: 1, Seed: seed}}
			if name(decode(t, copies(c, 1), o)[0]) == "ab" {
				b++
			}
		}
		near(t, "share of b", float64(b)/draws, .75, 4*math.Sqrt(.75*.25/draws))
	}
}

// TestWideBeamOfNoRepeat: a beam as wide as all sequences finds those that repeat nothing.
func TestWideBeamOfNoRepeat(t *testing.T) {
	c := randomChain(5, 7)
	want := slices.DeleteFunc(enumerate(c, 3), func(s Sequence) bool { return repeatsItself(s.Tokens, 1) })
	got := search(t, c, 1000, Options{MaxTokens: 3, Sampling: dialog.Sampling{N: 1, TopP: 1, NoRepeat: 1}})
	if len(got) != len(want) || name(got[0]) != name(want[0]) {
		t.Fatalf("%d sequences, the best %q; want %d and %q", len(got), name(got[0]), len(want), name(want[0]))
	}
}
