package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDist(t *testing.T) {
	for _, c := range []struct {
		name      string
		n         int
		responses string // separated by |
		want      float64
	}{
		// Counted by hand: a, b, c of 7 words; ab, ba, bc of 5 pairs; aba, bab, abc of 3.
		{"unigrams", 1, "a b a b|a b c", 3.0 / 7},
		{"bigrams", 2, "a b a b|a b c", 3.0 / 5},
		{"trigrams", 3, "a b a b|a b c", 1},
		{"longer than all", 5, "a b a b|a b c", 0},
		{"equal responses", 1, "a b|a b|a b", 2.0 / 6},
		{"no pair across responses", 2, "a b|c d|b c", 1},
		{"one too short", 2, "a|a b|a b", 1.0 / 2},
		{"single response", 1, "a a a a", 1.0 / 4},
		{"empty responses", 1, "||", 0},
		{"no n", 0, "a b", 0},
		{"negative n", math.MinInt, "a b", 0},
		{"huge n", math.MaxInt, "a b", 0},
	} {
		if got := Dist(c.n, texts(c.responses)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := Dist(1, nil); got != 0 {
		t.Errorf("no responses: %v", got)
	}
}

// Tokens that hold separators or digits do not make different n-grams equal.
func TestDistTellsNGramsApart(t *testing.T) {
	if got := Dist(2, [][]string{{"a b", "c"}, {"a", "b c"}, {"\x01a", ""}, {"", "\x01a"}}); got != 1 {
		t.Errorf("four different pairs: %v", got)
	}
}

// From 1/total to 1, and repeating the set k times divides it by k.
func TestDistProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.SampledFrom([]string{"a", "b", "c", ""})
		set := rapid.SliceOfN(rapid.SliceOfN(token, 0, 6), 0, 5).Draw(t, "set")
		n := rapid.IntRange(1, 4).Draw(t, "n")
		once, twice := Dist(n, set), Dist(n, append(append([][]string{}, set...), set...))
		if math.IsNaN(once) || once < 0 || once > 1 || twice != once/2 {
			t.Fatalf("once %v, twice %v", once, twice)
		}
	})
}
