package textfile

import (
	"testing"

	"golang.org/x/text/encoding/htmlindex"
)

// TestGuess: texts of several languages in their encodings, as golang.org/x/text writes them.
func TestGuess(t *testing.T) {
	for text, names := range map[string][]string{
		"你好,今天天气怎么样？\t很好,我们去公园吧。\n这本书很有意思\n":         {"gbk", "utf-16le", "utf-16be"},
		"le café est-il prêt ?\tà midi, peut-être\n": {"latin1", "utf-16le"},
		"Grüße aus München, schöne Straße\n":         {"latin1"},
		"привет, как дела?\tхорошо, спасибо\n":       {"windows-1251"},
	} {
		for _, name := range names {
			e, err := htmlindex.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := e.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := Guess([]byte(raw)); got != name {
				t.Errorf("%q in %s is guessed to be %s", text, name, got)
			}
		}
	}
}

// TestAdvice: a text in which encodings do not differ is told none.
func TestAdvice(t *testing.T) {
	for raw, want := range map[string]bool{"": false, "\n\n": false, "\xef\xbb\xbf": false, "\xff\xfe": false, "\xef\xbb\xbf \n": false,
		"caf\xe9": true, "h\x00i\x00": true} {
		if got := Advice([]byte(raw)); (got != "") != want {
			t.Errorf("%q is told %q", raw, got)
		}
	}
}
