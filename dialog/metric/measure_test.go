package metric

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog/rng"
)

// Two contexts of the plane's words, each number worked out by hand; those that
// need more are checked against the metric's own function.
func TestMeasure(t *testing.T) {
	cases := []Case{
		{Context: texts("x"), References: texts("x y"), Responses: texts("x y|x x")},
		{Context: texts("y"), References: texts("y"), Responses: texts("y|nx")},
		{Context: texts("y"), References: texts("y")}, // without a response
	}
	all := texts("x y|x x|y|nx")
	s := measured(t, Input{Cases: cases, Training: slices.Values(texts("x y")), Vectors: plane(t)})
	if s.Contexts != 2 || s.Tokens != 6 {
		t.Errorf("%d contexts, %d tokens; want 2 and 6", s.Contexts, s.Tokens)
	}
	for name, c := range map[string]struct {
		got  Number
		want float64
	}{
		"responses per context": {s.ResponsesPerContext, 2},
		"distinct":              {s.Distinct, 2},
		"length":                {s.LengthMean, 1.5},
		"dist-1":                {s.Dist[1], 3. / 6},
		"dist-2":                {s.Dist[2], 1},
		"intra-dist-1":          {s.IntraDist[1], (3./4 + 1) / 2},
		"inter-dist-1":          {s.InterDist[1], (2./4 + 1) / 2},
		"entropy-1":             {s.Entropy[1], Entropy(1, all)},
		"entropy-4":             {s.Entropy[4], 0},
		"self-BLEU":             {s.SelfBLEU, SelfBLEU(4, all)},
		"Gram-2 by token":       {s.Gram.Token[2], 1. / 2},
		"Gram-2 by type":        {s.Gram.Type[2], 1. / 2},
		"Gram-3 by type":        {s.Gram.Type[3], 0},
		"recall":                {s.BLEU.Recall, meanRecall(cases[:2], Method7)},
		"plain recall":          {s.PlainBLEU.Recall, meanRecall(cases[:2], AddEpsilon)},
		"average":               {s.Embedding.Raw.Average, 1},
		"greedy, 0 to 1":        {s.Embedding.Cos01.Greedy, 1},
		// "x y" is at 1/√5 from x and "x x" at 1; "y" at 1 from y and "nx" at 0.
		"coherence": {s.Coherence, ((1/math.Sqrt(5)+1)/2 + .5) / 2},
	} {
		near(t, name, float64(c.got), c.want, 1e-12)
	}
	p, r := float64(s.BLEU.Precision), float64(s.BLEU.Recall)
	near(t, "F1 of the means", float64(s.BLEU.F1), 2*p*r/(p+r), 1e-12)
}

func meanRecall(cases []Case, s Smoothing) (sum float64) {
	for _, c := range cases {
		sum += SampleBLEU(c.Responses, c.References, 3, s).Recall / float64(len(cases))
	}
	return sum
}

// What is not known is null, and what needs nothing else is a number.
func TestMeasureWithoutReferences(t *testing.T) {
	for name, in := range map[string]Input{
		"nothing":         {},
		"empty responses": {Cases: []Case{{Responses: [][]string{{}, nil}}}},
		"words":           {Cases: []Case{{Responses: texts("a b|a c")}, {}}},
	} {
		s := measured(t, in)
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		for path, value := range leaves(t, text) {
			if in.Cases == nil {
				break
			}
			applies := !slices.ContainsFunc([]string{"gram", "bleu", "embedding", "coherence"}, func(key string) bool { return strings.HasPrefix(path, key) })
			if (value != nil) != applies {
				t.Errorf("%s: %s is %v", name, path, value)
			}
		}
		unknown(t, name+", recall", float64(s.BLEU.Recall))
		unknown(t, name+", coherence", float64(s.Coherence))
		unknown(t, name+", Gram", float64(s.Gram.Token[2]))
	}
}

// leaves returns the values of a JSON object by their paths, keys joined by dots.
func leaves(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]any)
	var walk func(path string, value any)
	walk = func(path string, value any) {
		object, ok := value.(map[string]any)
		if !ok {
			out[path] = value
			return
		}
		for key, inside := range object {
			walk(strings.TrimPrefix(path+"."+key, "."), inside)
		}
	}
	walk("", object)
	return out
}

// Every number of Scores has exactly one row, and every row a number.
func TestTableCoversScores(t *testing.T) {
	text, err := json.Marshal(measured(t, Input{}))
	if err != nil {
		t.Fatal(err)
	}
	counts := []string{"contexts", "responses_per_context", "tokens"} // say what was measured
	used := make(map[string]bool)
	for path := range leaves(t, text) {
		rows := 0
		for _, m := range Table() {
			if path == m.Key || strings.HasPrefix(path, m.Key+".") {
				rows++
				used[m.Key] = true
			}
		}
		if want := 1; slices.Contains(counts, path) != (rows == 0) || rows > want {
			t.Errorf("%s has %d rows", path, rows)
		}
	}
	for _, m := range Table() {
		if !used[m.Key] {
			t.Errorf("%s has the key %s, which no score has", m.Name, m.Key)
		}
		if m.Name == "" || m.Formula == "" || m.Unit == "" || m.Direction == "" || m.Source == "" {
			t.Errorf("the row %+v has a hole", m)
		}
	}
}

func TestVocabulary(t *testing.T) {
	got := Vocabulary([]Case{{Context: texts("a b|a"), References: texts("c"), Responses: texts("d|é")}, {}})
	for _, word := range []string{"a", "b", "c", "d", "é"} {
		if !got[word] {
			t.Errorf("%s is missing", word)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d words, want 5", len(got))
	}
}

// sentences draws texts whose words follow Zipf's law.
func sentences(draw *rng.Stream, n, length int) [][]string {
	out := make([][]string, n)
	for i := range out {
		for range length {
			out[i] = append(out[i], strconv.Itoa(int(math.Exp(draw.Float64()*math.Log(10000)))))
		}
	}
	return out
}

// The test set of DailyDialog, ten responses a context, with vectors of 25
// dimensions.
func BenchmarkMeasure(b *testing.B) {
	draw := rng.New(1, rng.Bench, 0, 0)
	in := Input{Training: slices.Values(sentences(&draw, 70000, 15)), Vectors: &Vectors{dim: 25, words: make(map[string]vector)}}
	for range 6740 {
		in.Cases = append(in.Cases, Case{Context: sentences(&draw, 2, 15), References: sentences(&draw, 1, 20), Responses: sentences(&draw, 10, 20)})
	}
	for word := range Vocabulary(in.Cases) {
		values := make([]float32, 25)
		for d := range values {
			values[d] = float32(draw.Normal())
		}
		in.Vectors.add(word, values)
	}
	for b.Loop() {
		measured(b, in)
	}
}

// measured is Measure of what nothing interrupts.
func measured(t testing.TB, in Input) Scores {
	t.Helper()
	s, err := Measure(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Measuring ends with the context, whatever stage it has come to: no text of a training
// split without an end is read after that.
func TestMeasureEnds(t *testing.T) {
	enough := errors.New("enough")
	in := Input{Cases: []Case{{Context: texts("x"), References: texts("x y"), Responses: texts("x y|x x")}}, Vectors: plane(t)}
	ctx, cancel := context.WithCancelCause(t.Context())
	in.Training = func(yield func([]string) bool) {
		cancel(enough)
		for yield([]string{"x", "y"}) {
		}
	}
	for _, when := range []string{"while it reads the training split", "before it begins"} {
		if s, err := Measure(ctx, in); !errors.Is(err, enough) || s.Contexts != 0 {
			t.Errorf("%s: %v, %d contexts", when, err, s.Contexts)
		}
	}
}
