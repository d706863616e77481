package dialog

import (
	"strings"
	"testing"
)

// TestReadable: the marks of loops are by hand.
func TestReadable(t *testing.T) {
	for text, want := range map[string]string{
		"": "(no words)", " \n": "(no words)", "yes": "yes", "no no": "no no", "no no no": "no no no … [loops]", "I know. I know.": "I know. I know. … [loops]",
		"it is " + strings.Repeat("very ", 8):                          "it is very … [loops: the last 1 word 8 times]",
		"it is " + strings.Repeat("very ", 6) + "very":                 "it is " + strings.Repeat("very ", 7) + "… [loops]", // seven words may be meant
		"the bank " + strings.Repeat("of the ", 50) + "of":             "the bank of the … [loops: the last 2 words 50 times]",
		"a b c d e f a b c d e f":                                      "a b c d e f a b c d e f … [loops]", // twice
		"x a b c d e f a b c d e f a b c d e f":                        "x a b c d e f … [loops: the last 6 words 3 times]",
		strings.Repeat("of the ", 9) + "bank":                          strings.Repeat("of the ", 9) + "bank … [loops]", // it left the loop
		"a b a b a b a b":                                              "a b … [loops: the last 2 words 4 times]",
		"to be or not to be or not to be or not to be or not to be or": "to be or not … [loops: the last 4 words 4 times]",
		// Capitals, commas and the last copy are as a model writes them.
		"Art, photography, art, photography, art, photography, art, photography": "Art, photography, … [loops: the last 2 words 4 times]",
		"pasta and food, food, food, food, food, food, food, food,":              "pasta and food, … [loops: the last 1 word 8 times]",
		"I like mexican, food, food, food, noodles, and noodles":                 "I like mexican, food, food, food, noodles, and noodles … [loops]",
		"tea , tea , tea , tea , tea , tea , tea , tea ,":                        "tea … [loops: the last 1 word 8 times]",
		"yes , yes , I do":                         "yes , yes , I do", // a word twice, and no bigram
		"what ! ! ! ! !":                           "what ! ! ! ! ! … [loops]",
		"I love pasta and pasta. I love the food.": "I love pasta and pasta. I love the food.", // said twice, but not in a row
	} {
		if got := Readable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if Loops(text) != strings.Contains(want, "[loops") {
			t.Errorf("%q loops: %t", text, Loops(text))
		}
	}
}

func TestShown(t *testing.T) {
	for want, r := range map[string]Response{
		"yes": {Text: "yes"}, "(no words)": {}, "yes and … [cut]": {Text: "yes and", Cut: true}, "no no no … [loops]": {Text: "no no no", Cut: true},
	} {
		if got := r.Shown(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
