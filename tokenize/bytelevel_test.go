package tokenize

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The expected words are those of pre_tokenizers.ByteLevel of Hugging Face's
// tokenizers 0.23.3.
func TestSplitByteLevel(t *testing.T) {
	for text, want := range map[string][]string{
		"":                 nil,
		" ":                {" "},
		"  a  b   ":        {" ", " a", " ", " b", "   "},
		"I'm 'm 'M '":      {"I", "'m", " '", "m", " '", "M", " '"},
		"we'll x'lly":      {"we", "'ll", " x", "'ll", "y"},
		"abc123!? 4½५Ⅷ":    {"abc", "123", "!?", " 4½५Ⅷ"},
		"a_b":              {"a", "_", "b"},
		"े":                {"े"},
		"कि?":              {"क", "ि?"},
		"don't  'st 'rest": {"don", "'t", " ", " '", "st", " '", "rest"},
		"'''s":             {"'''", "s"},
	} {
		if diff := cmp.Diff(want, slices.Collect(splitByteLevel(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	for word := range splitByteLevel("a b") { // stopping early must not run on
		if word != "a" {
			t.Errorf("first word is %q", word)
		}
		break
	}
}

func TestSplitPrefixed(t *testing.T) {
	for text, want := range map[string]string{"": "", "a b": " a b", " a": " a", "  a": "  a"} {
		if got := strings.Join(slices.Collect(prefixing(plainly(splitByteLevel), " ")(text, true)), ""); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// Ġ, Ċ and Ń are known from the files of GPT-2: the bytes 20, 0A and AD.
func TestAlphabet(t *testing.T) {
	letters := gpt2Alphabet()
	if got := letters.surface(" \n\xad!~\xff"); got != "ĠĊŃ!~ÿ" {
		t.Errorf("got %q", got)
	}
	for i := range 256 {
		b := string([]byte{byte(i)})
		if back, ok := letters.piece(letters.surface(b)); !ok || back != b {
			t.Errorf("byte %x comes back as %q, %v", i, back, ok)
		}
	}
	if _, ok := letters.piece("a b"); ok {
		t.Error("a plain space is in no token")
	}
}
