package metric

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// testdata/bleu.json holds what NLTK computes; testdata/bleu.py wrote it.
func TestBLEUEqualsNLTK(t *testing.T) {
	text, err := os.ReadFile("testdata/bleu.json")
	if err != nil {
		t.Fatal(err)
	}
	var frozen struct {
		Cases []struct {
			Hypothesis             []string
			References             [][]string
			None, Epsilon, Method7 [4]float64 // of orders 1…4
		}
	}
	if err := json.Unmarshal(text, &frozen); err != nil {
		t.Fatal(err)
	}
	if len(frozen.Cases) < 40 {
		t.Fatalf("%d cases, want at least 40", len(frozen.Cases))
	}
	for _, c := range frozen.Cases {
		for smoothing, want := range map[Smoothing][4]float64{NoSmoothing: c.None, AddEpsilon: c.Epsilon, Method7: c.Method7} {
			for i, w := range want {
				got := BLEU(c.Hypothesis, c.References, i+1, smoothing)
				if math.Abs(got-w) > 1e-12 {
					t.Errorf("BLEU-%d of %q against %q, smoothing %d: %v, want %v", i+1, c.Hypothesis, c.References, smoothing, got, w)
				}
			}
		}
	}
}

// By hand: "a b c" against "a b d" has p_1 = 2/3 and p_2 = 1/2; a hypothesis of
// 3 words for a reference of 6 is multiplied by e^(1−6/3).
func TestBLEU(t *testing.T) {
	near(t, "BLEU-2", BLEU(texts("a b c")[0], texts("a b d"), 2, NoSmoothing), math.Sqrt(2./3*1/2), 1e-15)
	near(t, "brevity", BLEU(texts("a b c")[0], texts("a b c d e f"), 3, NoSmoothing), math.Exp(-1), 1e-15)
	for name, got := range map[string]float64{
		"no references":  BLEU(texts("a b")[0], nil, 4, Method7),
		"order 0":        BLEU(texts("a b")[0], texts("a b"), 0, Method7),
		"order 5":        BLEU(texts("a b")[0], texts("a b"), 5, Method7),
		"negative order": BLEU(texts("a b")[0], texts("a b"), math.MinInt, NoSmoothing),
	} {
		near(t, name, got, 0, 0)
	}
}

// Smoothing never lowers a score, but for Method7's averaging with the 5-grams;
// plain scores stay in 0…1, Method7 below its value for a perfect match, 4/3,
// and a text against itself is 1 when it is long enough.
func TestBLEUBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hypothesis := drawTexts(t, "hypothesis", 1, 1)[0]
		references := drawTexts(t, "references", 1, 4)
		order := rapid.IntRange(1, 4).Draw(t, "order")
		none := BLEU(hypothesis, references, order, NoSmoothing)
		epsilon := BLEU(hypothesis, references, order, AddEpsilon)
		method7 := BLEU(hypothesis, references, order, Method7)
		if !(0 <= none && none <= epsilon && epsilon <= 1+1e-12) {
			t.Fatalf("none %v, epsilon %v", none, epsilon)
		}
		if !(0 <= method7 && method7 <= 4./3+1e-12) || (method7 == 0) != (epsilon == 0) {
			t.Fatalf("method 7 %v, epsilon %v", method7, epsilon)
		}
		if len(hypothesis) >= order {
			if self := BLEU(hypothesis, append(references, hypothesis), order, NoSmoothing); math.Abs(self-1) > 1e-12 {
				t.Fatalf("against itself: %v", self)
			}
		}
	})
}
