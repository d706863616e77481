package dialog

import (
	"strings"
	"testing"
)

func TestUnlooped(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "yes": "yes", "no no no": "no no no",
		"it is " + strings.Repeat("very ", 8):                          "it is very … [loops: the last 1 word 8 times]",
		"it is " + strings.Repeat("very ", 7):                          "it is " + strings.Repeat("very ", 7), // seven words may be meant
		"the bank " + strings.Repeat("of the ", 50) + "of":             "the bank of the … [loops: the last 2 words 50 times]",
		"a b c d e f a b c d e f":                                      "a b c d e f a b c d e f", // twice
		"x a b c d e f a b c d e f a b c d e f":                        "x a b c d e f … [loops: the last 6 words 3 times]",
		strings.Repeat("of the ", 9) + "bank":                          strings.Repeat("of the ", 9) + "bank", // it left the loop
		"a b a b a b a b":                                              "a b … [loops: the last 2 words 4 times]",
		"to be or not to be or not to be or not to be or not to be or": "to be or not … [loops: the last 4 words 4 times]",
	} {
		if got := Unlooped(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
