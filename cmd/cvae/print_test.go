package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain, καλημέρα 😀":    "plain, καλημέρα 😀",
		"\x1b[31mred":          `\x1b[31mred`,
		"two\nlines\ttab":      `two\nlines\ttab`,
		"\u009b31m":            `\u009b31m`,
		"right\u202eleft":      `right\u202eleft`,
		"half \xff":            `half \xff`,
		"quote ' \" \\":        "quote ' \" \\",
		"\u00a0no-break\ufeff": `\u00a0no-break\ufeff`,
	} {
		if got := printable(text); got != want {
			t.Errorf("printable(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b]0;title\a\xff\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range printable(text) {
			if !strconv.IsPrint(r) {
				t.Fatalf("printable(%q) holds %q", text, r)
			}
		}
	})
}

// JSON is one line that reads back as the same text and holds no control or
// format character.
func FuzzPrintJSON(f *testing.F) {
	f.Add("a\u009bb\u202e\U000e0001<&>\n\x7f")
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		if err := printJSON(&b, text); err != nil {
			t.Fatal(err)
		}
		line := strings.TrimSuffix(b.String(), "\n")
		if i := strings.IndexFunc(line, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }); i >= 0 {
			t.Fatalf("%q has a control character at %d", line, i)
		}
		var back string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(text) && back != text { // JSON has no other text
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}
