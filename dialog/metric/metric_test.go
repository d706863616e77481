package metric

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// texts splits "a b|c d" into texts of words.
func texts(s string) [][]string {
	out := [][]string{}
	for text := range strings.SplitSeq(s, "|") {
		out = append(out, strings.Fields(text))
	}
	return out
}

func near(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.10g, want %.10g", name, got, want)
	}
}

func unknown(t *testing.T, name string, got float64) {
	t.Helper()
	if !math.IsNaN(got) {
		t.Errorf("%s: %v, want NaN", name, got)
	}
}

// drawTexts draws up to most short texts over few words, so that n-grams recur.
func drawTexts(t *rapid.T, name string, least, most int) [][]string {
	word := rapid.SampledFrom([]string{"a", "b", "c", "", "a b", "é"})
	return rapid.SliceOfN(rapid.SliceOfN(word, 0, 9), least, most).Draw(t, name)
}
