package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func drawn(t *testing.T, capture string) string {
	t.Helper()
	var b bytes.Buffer
	if err := picture(strings.NewReader(capture), &b); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(b.Bytes())); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%q does not give XML: %v", capture, err)
		}
	}
}

func TestPicture(t *testing.T) {
	svg := drawn(t, "plain \x1b[1;38;2;255;128;0mbold <&>\x1b[0m\n\x1b[7mreversed\x1b[0m 你好\n")
	for _, want := range []string{
		`>plain</text>`,
		`fill="#ff8000" textLength="24" lengthAdjust="spacingAndGlyphs" font-weight="bold">&lt;&amp;&gt;</text>`,
		`fill="` + foreground + `"/>`, // behind the reversed text
		`textLength="32"`,             // two wide characters of 8 pixels a cell
		`viewBox="0 0 136 56"`,        // 14 cells and 2 lines, with margins
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
}

func FuzzPicture(f *testing.F) {
	f.Add("a\x1b[31mb")
	f.Add("\x1b]8;;http://x\x07link\x1b]8;;\x07")
	f.Fuzz(func(t *testing.T, capture string) {
		var b bytes.Buffer
		if err := picture(strings.NewReader(capture), &b); err != nil || !strings.HasSuffix(b.String(), "</svg>\n") {
			t.Errorf("%q: %v", capture, err)
		}
	})
}
