package safe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/cvae-go/cvae/dialog/safe"
)

// hostile acts on terminals: OSC 52 sets the clipboard, C1 CSI clears the screen,
// U+202E reorders, U+2028 breaks lines.
const hostile = "a\x1b]52;c;aGk=\a\u009b2J\x9b\u202eb\u2066\u2028\r\x00"

func TestTexts(t *testing.T) {
	if got, want := safe.Line("x\ny\t\u00a0"+hostile), `x\ny\t\u00a0a\x1b]52;c;aGk=\a\u009b2J\x9b\u202eb\u2066\u2028\r\x00`; got != want {
		t.Errorf("a line is %q, want %q", got, want)
	}
	if got, want := safe.Text("x\ny\t"+hostile), "x\ny\t"+`a\x1b]52;c;aGk=\a\u009b2J\x9b\u202eb\u2066\u2028\r\x00`; got != want {
		t.Errorf("a text is %q, want %q", got, want)
	}
	// Persian "I want", a family, an ideographic space.
	if same := "می\u200cخواهم 👩\u200d👩\u200d👧\u3000今日"; safe.Text(same) != same {
		t.Errorf("%q became %q", same, safe.Text(same))
	}
}

// TestArgument: what a shell would take apart stands in quotes.
func TestArgument(t *testing.T) {
	for text, want := range map[string]string{"run": "run", "a/b-c.d": "a/b-c.d", "my run/q r": "'my run/q r'", "it's": `'it'\''s'`, "": `""`, "a\x1b": `"a\x1b"`, "$x": "'$x'"} {
		if got := safe.Argument(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}

// TestJoined: joiners stay inside words and emoji alone, also beside bytes that are no UTF-8.
func TestJoined(t *testing.T) {
	for text, want := range map[string]string{
		"می\u200cخواهم": "می\u200cخواهم", "👩\u200d👧": "👩\u200d👧", "a \u200db\u200c": "a b",
		"a\xff": "a\xff", "a\u200d\xff": "a\xff", "\xff\u200da": "\xff\u200da",
	} {
		if got := safe.Joined(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(hostile, 3)
	f.Add("👩\u200d👩", 2)
	f.Fuzz(func(t *testing.T, s string, cut int) {
		text := safe.Text(s)
		for _, r := range text {
			if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
				t.Fatalf("%q holds %U", text, r)
			}
		}
		// Cut at any place, the pieces come out as the whole.
		var out bytes.Buffer
		w := safe.NewWriter(&out)
		cut = max(0, min(len(s), cut))
		_, first := w.Write([]byte(s[:cut]))
		_, second := w.Write([]byte(s[cut:]))
		if err := errors.Join(first, second, w.Close()); err != nil || out.String() != text {
			t.Fatalf("%q in two pieces is %q, want %q (%v)", s, out.String(), text, err)
		}
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back, same string
		if err := errors.Join(json.Unmarshal(safe.JSON(b), &back), json.Unmarshal(b, &same)); err != nil || back != same {
			t.Fatalf("%s means %q, want %q (%v)", safe.JSON(b), back, same, err)
		}
	})
}

// full takes so many bytes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

// TestLost: an error that a print did not look at comes from Close.
func TestLost(t *testing.T) {
	w := safe.NewWriter(&full{5})
	for range 3 {
		_, _ = w.Write([]byte("four"))
	}
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("lost output: %v", err)
	}
}
