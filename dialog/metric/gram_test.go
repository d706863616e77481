package metric

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Counted by hand: the pairs ab, ba, ab, ab, bx; training has ab and bc.
func TestGram(t *testing.T) {
	responses, training := texts("a b a b|a b x"), texts("a b c|x||b c")
	for _, c := range []struct {
		name string
		n    int
		want GramShare
	}{
		{"unigrams", 1, GramShare{1, 1}},
		{"bigrams", 2, GramShare{3. / 5, 1. / 3}},
		{"trigrams", 3, GramShare{0, 0}},
		{"longer than all", 5, GramShare{}},
		{"no n", 0, GramShare{}},
		{"huge n", math.MaxInt, GramShare{}},
	} {
		if got := Gram(c.n, responses, slices.Values(training)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// The shares counted a second time, with joined words as keys.
func TestGramEqualsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		responses, training := drawTexts(t, "responses", 0, 4), drawTexts(t, "training", 0, 4)
		n := rapid.IntRange(1, 4).Draw(t, "n")
		known, generated := windows(training, n), windows(responses, n)
		var tokens, types, all float64
		for gram, count := range generated {
			all += count
			if known[gram] > 0 {
				tokens, types = tokens+count, types+1
			}
		}
		var want GramShare
		if all > 0 {
			want = GramShare{tokens / all, types / float64(len(generated))}
		}
		if got := Gram(n, responses, slices.Values(training)); got != want {
			t.Fatalf("Gram = %v, want %v", got, want)
		}
	})
}

// windows counts n-grams by their words joined with a character none has.
func windows(set [][]string, n int) map[string]float64 {
	out := make(map[string]float64)
	for _, tokens := range set {
		for i := 0; i+n <= len(tokens); i++ {
			out[strings.Join(tokens[i:i+n], "\x00")]++
		}
	}
	return out
}
