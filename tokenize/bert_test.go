package tokenize

import (
	"slices"
	"strings"
	"testing"
)

// The expected texts are those of Hugging Face's tokenizers 0.23.3. The last three
// characters have come, or changed their kind, since its Unicode.
func TestNormalisers(t *testing.T) {
	yes, no := true, false
	clean := bertNormalizer{CleanText: true}
	chinese := bertNormalizer{HandleChineseChars: true}
	strip := bertNormalizer{StripAccents: &yes}
	for _, c := range []struct {
		name       string
		steps      []step
		text, want string
	}{
		{"lower case", []step{lowercase}, "İÉΣẞ", "i\u0307éσß"},
		{"marks", []step{stripAccents}, "e\u0301 कि a\u20dd", "e क a"},
		{"clean", clean.steps(), "a\ue000b", "ab"},
		{"chinese", chinese.steps(), "a日b か𠮷", "a 日 b か 𠮷 "},
		{"accents", strip.steps(), "Éà कि", "Ea कि"},
		{"accents follow case", bertNormalizer{Lowercase: true}.steps(), "Éà", "ea"},
		{"accents stay", bertNormalizer{Lowercase: true, StripAccents: &no}.steps(), "Éà", "éà"},
		{"nothing", bertNormalizer{}.steps(), "Éà日", "Éà日"},
		{"new mark", []step{stripAccents}, "a\u08d3\u1cf2", "a\u08d3"},
		{"new accent", strip.steps(), "a\u0898\u1734", "a\u0898"},
	} {
		got := c.text
		for _, s := range c.steps {
			got = s(got)
		}
		if got != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestSplitBERT(t *testing.T) {
	for text, want := range map[string]string{
		"":               "",
		"  don't  go!! ": "don|'|t|go|!|!",
		"a_b|c^d€":       "a|_|b|||c|^|d€",
		"¿qué? «x»":      "¿|qué|?|«|x|»",
		"a\u061db\u166d": "a\u061db|\u166d",
	} {
		if got := strings.Join(slices.Collect(splitBERT(text)), "|"); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	for word := range splitBERT("a b") { // stopping early must not run on
		if word != "a" {
			t.Errorf("first word is %q", word)
		}
		break
	}
}
