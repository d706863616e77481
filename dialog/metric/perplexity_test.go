package metric

import (
	"math"
	"testing"
)

// Three tokens of the probabilities ½, ¼ and ⅛ have the mean −log₂ of 2, and
// 2² = 4; a text of V equally likely tokens has the perplexity V.
func TestPerplexity(t *testing.T) {
	near(t, "½, ¼, ⅛", Perplexity(-math.Log(.5*.25*.125), 3), 4, 1e-12)
	near(t, "7 tokens out of 50", Perplexity(7*math.Log(50), 7), 50, 1e-12)
	near(t, "certain", Perplexity(0, 5), 1, 0)
	unknown(t, "no tokens", Perplexity(0, 0))
}
