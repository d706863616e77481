package tokenize

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSanitise(t *testing.T) {
	long := strings.Repeat("x", maxWord)
	for _, c := range []struct{ name, text, want string }{
		{"plain", "hello there", "hello there"},
		{"white space", "a\tb\nc\r\nd\u00a0e\u2028f\u3000g\u0085h", "a b c  d e f g h"},
		{"controls", "a\x00b\x1b[31mc\x7f", "ab[31mc"},
		{"format characters", "\ufeffa\u200bb\u00adc\u202ed", "abcd"},
		{"joined emoji stay", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🩹", "👨\u200d👩\u200d👧 ❤\u200d🩹"},
		{"joiners inside words stay", "می\u200cخواهم ক্র র\u200d্য ۵\u200cساله", "می\u200cخواهم ক্র র\u200d্য ۵\u200cساله"},
		{"joiners elsewhere go", "\u200da \u200c b\u200d \u200d\u200cc\u200c\u200cd.\u200de", "a  b c\u200cd.e"},
		{"emoji presentation", "❤\ufe0f!", "❤!"},
		{"invalid UTF-8", "a\xffb\xc3", "ab"},
		{"replacement character", "a\ufffdb", "ab"},
		{"unassigned and noncharacter", "a\U000e0fffb\uffffc\u0378", "abc"},
		{"private use stays", "a\ue000", "a\ue000"},
		{"composed", "e\u0301 \u212b", "\u00e9 \u00c5"},
		{"composed across a dropped rune", "e\u200d\u0301", "\u00e9"},
		{"longest run", long, long},
		{"longer run", long + "y z", long + " y z"},
		{"longer run of others", strings.Repeat("é", 2*maxWord+1), strings.Repeat("é", maxWord) + " " + strings.Repeat("é", maxWord) + " é"},
	} {
		if got := Sanitise(c.text); got != c.want {
			t.Errorf("%s: Sanitise(%q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func FuzzSanitise(f *testing.F) {
	for _, s := range []string{"plain", "e\u0301\u200d", "\xff", strings.Repeat("\u0301", 70), strings.Repeat("\u0344\u0f73", 20), "\u1100\u1161\u11a8", strings.Repeat("a", 101)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Sanitise(text)
		if twice := Sanitise(once); twice != once {
			t.Errorf("Sanitise(%q) = %q, again %q", text, once, twice)
		}
		if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) {
			t.Errorf("Sanitise(%q) = %q is not in form C", text, once)
		}
	})
}
