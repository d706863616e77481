package checkpoint

import "testing"

// FuzzParseClocks: what is read is what is written again, to the letter.
func FuzzParseClocks(f *testing.F) {
	f.Add(clocks{elapsed: 90_000_000_000, logLength: 4096}.String())
	f.Add("-1 0 00000000")
	f.Add("1 2 3 4")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseClocks(text)
		if err == nil && (c.String() != text || c.elapsed < 0 || c.logLength < 0) {
			t.Errorf("%q passes as %+v", text, c)
		}
	})
}
