package shape

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// TestLines: what Python 3 prints for a list of texts with either quote, and lines with and without names.
func TestLines(t *testing.T) {
	for text, want := range map[string][]dialog.Turn{
		`['It\'s "so".', "It's \"so\".", 'a\\b']`: {{Text: `It's "so".`}, {Text: `It's "so".`}, {Text: `a\b`}},
		"Ann: hi\nBen: hey":                       {{Speaker: "Ann", Text: "hi"}, {Speaker: "Ben", Text: "hey"}},
		"Ann: hi\nand so on":                      {{Text: "Ann: hi"}, {Text: "and so on"}},
	} {
		if diff := cmp.Diff(want, lines(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
