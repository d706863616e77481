package metric

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// By hand, BLEU-1: "a b" and "a c" share one of two words; "x y" shares none.
func TestSelfBLEU(t *testing.T) {
	near(t, "three responses", SelfBLEU(1, texts("a b|a c|x y")), (.5+.5+0)/3, 1e-15)
	near(t, "identical", SelfBLEU(4, texts("a b c d|a b c d|a b c d")), 1, 1e-15)
	near(t, "nothing in common", SelfBLEU(4, texts("a b|c d|e f")), 0, 0)
	near(t, "empty responses", SelfBLEU(4, texts("||")), 0, 0)
	near(t, "order 0", SelfBLEU(0, texts("a|a")), 0, 0)
	near(t, "order 5", SelfBLEU(5, texts("a|a")), 0, 0)
	near(t, "huge order", SelfBLEU(math.MaxInt, texts("a b|a")), 0, 0)
	unknown(t, "one response", SelfBLEU(4, texts("a b c d")))
	unknown(t, "no response", SelfBLEU(4, nil))
}

// The fast form equals BLEU against all others.
func TestSelfBLEUEqualsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawTexts(t, "set", 2, 7)
		order := rapid.IntRange(1, 4).Draw(t, "order")
		var want float64
		for i, response := range set {
			others := slices.Delete(slices.Clone(set), i, i+1)
			want += BLEU(response, others, order, AddEpsilon) / float64(len(set))
		}
		if got := SelfBLEU(order, set); math.Abs(got-want) > 1e-12 {
			t.Fatalf("SelfBLEU = %v, want %v", got, want)
		}
	})
}
