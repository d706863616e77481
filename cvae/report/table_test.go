package report

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog/metric"
)

// Two texts of 2 and 4 tokens, with ln p of −3 ln 2 each: 6 ln 2 over 6 tokens
// is a perplexity of 2, while the mean of theirs is (2^1.5 + 2^0.75)/2 = 2.26.
func TestLMPPL(t *testing.T) {
	p := lmPPL([]eval.Likelihood{{Bound: Number(-3 * math.Ln2), Tokens: 2}, {Bound: Number(-3 * math.Ln2), Tokens: 4}})
	if math.Abs(float64(p)-2) > 1e-12 {
		t.Errorf("%v, want 2", p)
	}
	if p := lmPPL(nil); p.Known() {
		t.Errorf("of no text %v", p)
	}
}

// Every number of a row has exactly one line of the table, no key comes twice,
// and what is not a metric of the text is a number of a row too.
func TestTableCoversRow(t *testing.T) {
	scores, err := metric.Measure(t.Context(), metric.Input{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(Row{Scores: scores})
	if err != nil {
		t.Fatal(err)
	}
	var row map[string]any
	if err := json.Unmarshal(text, &row); err != nil {
		t.Fatal(err)
	}
	words := []string{"run", "method", "decoding", "contexts", "responses_per_context", "tokens"}
	listed := func(key string) bool {
		return slices.ContainsFunc(Table(), func(m metric.Metric) bool { return m.Key == key || strings.HasPrefix(m.Key, key+".") })
	}
	for key := range row {
		if listed(key) == slices.Contains(words, key) {
			t.Errorf("%s: listed is %t", key, listed(key))
		}
	}
	for _, m := range modelMetrics() {
		if _, ok := row[m.Key]; !ok {
			t.Errorf("%s is no key of a row", m.Key)
		}
		if m.Name == "" || m.Formula == "" || m.Unit == "" || m.Direction == "" || m.Source == "" {
			t.Errorf("the line %+v has a hole", m)
		}
	}
	seen := make(map[string]bool)
	for _, m := range Table() {
		if seen[m.Key] {
			t.Errorf("%s is listed twice", m.Key)
		}
		seen[m.Key] = true
	}
}
