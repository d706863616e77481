package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// By hand, BLEU-1: "a b" has 1 and 0 against the two references, "a c" 1/2 and
// 1/2, "x" 0 and 0. Precision (1+½+0)/3; recall (1+½)/2.
func TestSampleBLEU(t *testing.T) {
	o := SampleBLEU(texts("a b|a c|x"), texts("a b|c d"), 1, NoSmoothing)
	near(t, "precision", o.Precision, .5, 1e-15)
	near(t, "recall", o.Recall, .75, 1e-15)
	near(t, "F1", o.F1(), .6, 1e-15)
	near(t, "F1 of nothing", Overlap{}.F1(), 0, 0)
	for name, o := range map[string]Overlap{
		"no response":  SampleBLEU(nil, texts("a"), 3, Method7),
		"no reference": SampleBLEU(texts("a"), nil, 3, Method7),
	} {
		unknown(t, name+", precision", o.Precision)
		unknown(t, name+", recall", o.Recall)
		unknown(t, name+", F1", o.F1())
	}
	empty := SampleBLEU(texts("|"), texts("a b"), 3, Method7)
	near(t, "empty responses", empty.Precision+empty.Recall, 0, 0)
}

// Every pair is scored as BLEU does, and with one reference the recall, a best,
// is at least the precision, a mean.
func TestSampleBLEUEqualsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		responses, references := drawTexts(t, "responses", 1, 5), drawTexts(t, "references", 1, 3)
		order := rapid.IntRange(1, 4).Draw(t, "order")
		best := func(of []string, over [][]string, turned bool) (top float64) {
			for _, other := range over {
				h, r := of, other
				if turned {
					h, r = other, of
				}
				top = max(top, BLEU(h, [][]string{r}, order, Method7))
			}
			return top
		}
		var precision, recall float64
		for _, h := range responses {
			precision += best(h, references, false) / float64(len(responses))
		}
		for _, r := range references {
			recall += best(r, responses, true) / float64(len(references))
		}
		o := SampleBLEU(responses, references, order, Method7)
		if math.Abs(o.Precision-precision)+math.Abs(o.Recall-recall) > 1e-12 {
			t.Fatalf("%v, want %v and %v", o, precision, recall)
		}
		if len(references) == 1 && o.Recall < o.Precision-1e-12 {
			t.Fatalf("recall %v is below precision %v", o.Recall, o.Precision)
		}
	})
}
