package metric

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// plane is vectors of two dimensions: x and y are the axes, nx is against x,
// 34 is the 3-4-5 triangle.
func plane(t testing.TB) *Vectors {
	t.Helper()
	v := &Vectors{dim: 2, words: make(map[string]vector)}
	for word, values := range map[string][]float32{
		"x": {1, 0}, "y": {0, 2}, "nx": {-1, 0}, "ny": {0, -3}, "34": {3, 4}, "zero": {0, 0},
	} {
		v.add(word, values)
	}
	if v.Words() != 5 {
		t.Fatalf("%d words, want 5: a zero vector is none", v.Words())
	}
	return v
}

// Worked by hand in the plane.
func TestEmbeddingSimilarities(t *testing.T) {
	v := plane(t)
	for _, c := range []struct {
		name                     string
		a, b                     string
		average, extrema, greedy float64
	}{
		{"equal", "x y", "x y", 1, 1, 1},
		{"order and repetition of one word", "x x", "x", 1, 1, 1},
		{"across", "x", "y", 0, 0, 0},
		{"against", "x", "nx", -1, -1, -1},
		{"triangle", "34", "x", 3. / 5, 3. / 5, 3. / 5},
		// Average (½, 1) and extrema (1, 2) lie along (1, 2); greedy is 1 from the
		// one side and ½(1+0) from the other.
		{"half", "x y", "x", 1 / math.Sqrt(5), 1 / math.Sqrt(5), (1./2 + 1) / 2},
		// Average (0, −1/2) points down; the extremum is (0, −3) of 2 and −3; greedy
		// is ½(−1+1) from the one side and 1 from the other.
		{"larger of two signs", "y ny", "ny", 1, 1, (0 + 1) / 2.},
		{"unknown words do not count", "x nobody zero", "x", 1, 1, 1},
	} {
		a, b := texts(c.a)[0], texts(c.b)[0]
		near(t, c.name+", average", EmbeddingAverage(v, a, b), c.average, 1e-12)
		near(t, c.name+", extrema", EmbeddingExtrema(v, a, b), c.extrema, 1e-12)
		near(t, c.name+", greedy", EmbeddingGreedy(v, a, b), c.greedy, 1e-12)
	}
}

// On a tie of signs the positive value is the extremum, whatever the order.
func TestExtremaTie(t *testing.T) {
	v := plane(t)
	near(t, "negative first", EmbeddingExtrema(v, texts("nx x")[0], texts("x")[0]), 1, 0)
	near(t, "positive first", EmbeddingExtrema(v, texts("x nx")[0], texts("x")[0]), 1, 0)
}

func TestEmbeddingUnknown(t *testing.T) {
	v := plane(t)
	for name, pair := range map[string][2]string{
		"no known word": {"nobody", "x"}, "no words": {"x", ""}, "zero vector": {"zero", "zero"},
	} {
		a, b := texts(pair[0])[0], texts(pair[1])[0]
		unknown(t, name+", average", EmbeddingAverage(v, a, b))
		unknown(t, name+", extrema", EmbeddingExtrema(v, a, b))
		unknown(t, name+", greedy", EmbeddingGreedy(v, a, b))
	}
	unknown(t, "words that cancel", EmbeddingAverage(v, texts("x nx")[0], texts("x")[0]))
}

// Against "x" the responses have 0, 3/5 and nothing; against "nx" 0, −3/5 and
// nothing; the third reference has no known word.
func TestSampleEmbedding(t *testing.T) {
	v := plane(t)
	got := SampleEmbedding(v, texts("y|34|nobody"), texts("x|nx|nobody"))
	for name, x := range map[string]Number{"average": got.Average, "extrema": got.Extrema, "greedy": got.Greedy} {
		near(t, name, float64(x), (3./5+0)/2, 1e-12)
	}
	near(t, "from 0 to 1", float64(got.Cos01().Greedy), 0.65, 1e-12)
	near(t, "a cosine of 0.90", float64(Embedding{Average: .9}.Cos01().Average), .95, 1e-12)
	none := SampleEmbedding(v, texts("nobody"), texts("x"))
	unknown(t, "no known word", float64(none.Average))
	unknown(t, "no known word, from 0 to 1", float64(none.Cos01().Extrema))
}

func TestCoherence(t *testing.T) {
	v := plane(t)
	// The context's mean is along (1, 2): x is at 1/√5, y at 2/√5.
	near(t, "two turns", Coherence(v, texts("x|y"), texts("x|y|nobody")), 1.5/math.Sqrt(5), 1e-12)
	unknown(t, "no context", Coherence(v, nil, texts("x")))
	unknown(t, "no response", Coherence(v, texts("x"), nil))
}

// Symmetric, from −1 to 1, and 1 of a text with itself unless it cancels.
func TestEmbeddingProperties(t *testing.T) {
	v := plane(t)
	word := rapid.SampledFrom([]string{"x", "y", "nx", "34", "nobody"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(word, 0, 6).Draw(t, "a"), rapid.SliceOfN(word, 0, 6).Draw(t, "b")
		for _, metric := range []func(v *Vectors, a, b []string) float64{EmbeddingAverage, EmbeddingExtrema, EmbeddingGreedy} {
			ab, ba, aa := metric(v, a, b), metric(v, b, a), metric(v, a, a)
			if math.IsNaN(ab) != math.IsNaN(ba) || math.Abs(ab-ba) > 1e-12 || math.Abs(ab) > 1 {
				t.Fatalf("there %v, back %v", ab, ba)
			}
			if !math.IsNaN(aa) && math.Abs(aa-1) > 1e-6 {
				t.Fatalf("with itself %v", aa)
			}
		}
	})
}

func TestNumber(t *testing.T) {
	numbers := []Number{1.5, Number(math.NaN()), Number(math.Inf(1))}
	text, err := json.Marshal(numbers)
	if err != nil || string(text) != "[1.5,null,null]" {
		t.Fatalf("%s, %v", text, err)
	}
	var back []Number
	if err := json.Unmarshal(text, &back); err != nil || back[0] != 1.5 || back[1].Known() {
		t.Errorf("read back: %v, %v", back, err)
	}
}
