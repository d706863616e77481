package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Counts 3, 3, 1 of 7 words: ln 7 − (6 ln 3)/7; 3, 1, 1 of 5 pairs: ln 5 −
// (3 ln 3)/5. The ten digits were also
// computed by an independent program.
func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		name      string
		n         int
		responses string
		want      float64
	}{
		{"unigrams", 1, "a b a b|a b c", 1.0042424731},
		{"bigrams", 2, "a b a b|a b c", 0.9502705392},
		{"trigrams, all different", 3, "a b a b|a b c", math.Log(3)},
		{"one 4-gram", 4, "a b a b|a b c", 0},
		{"one word", 1, "a a|a", 0},
		{"longer than all", 5, "a b a b|a b c", 0},
		{"empty", 1, "|", 0},
		{"no n", 0, "a b", 0},
		{"huge n", math.MaxInt, "a b", 0},
	} {
		near(t, c.name, Entropy(c.n, texts(c.responses)), c.want, 5e-11)
	}
}

// 0 ≤ Ent-n ≤ ln(different n-grams), and repeating the set changes nothing.
func TestEntropyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawTexts(t, "set", 0, 6)
		n := rapid.IntRange(1, 4).Draw(t, "n")
		once, twice := Entropy(n, set), Entropy(n, append(append([][]string{}, set...), set...))
		most := math.Log(max(1, float64(len(pool(newNumbering().all(set, n), n)))))
		if !(once >= 0 && once <= most+1e-12) || math.Abs(once-twice) > 1e-12 {
			t.Fatalf("once %v, twice %v, most %v", once, twice, most)
		}
	})
}
