package csv

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// written returns a file with this content.
func written(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRecords(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    [][]string
		number  int // of the line where the last begins
	}{
		"empty fields":        {",a,\n", [][]string{{"", "a", ""}}, 1},
		"blank lines":         {"\na\n \nb\n", [][]string{{"a"}, {"b"}}, 4},
		"commas in quotes":    {"\"a,b\",c\n", [][]string{{"a,b", "c"}}, 1},
		"quotes in quotes":    {"\"a \"\"b\"\"\"\n", [][]string{{"a \"b\""}}, 1},
		"line breaks":         {"\"a\n\nb\",c\n\"d\"\n", [][]string{{"a\n\nb", "c"}, {"d"}}, 4},
		"a quote as a letter": {"6\" high,b\n", [][]string{{"6\" high", "b"}}, 1},
		"more after a quote":  {"\"a\" b,c\n", [][]string{{"a b", "c"}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var got [][]string
			last := 0
			path := written(t, c.content)
			for r, err := range Records(path, textfile.Lines(path), ',') {
				if err != nil {
					t.Fatal(err)
				}
				got, last = append(got, r.Fields), r.Number
			}
			if diff := cmp.Diff(c.want, got); diff != "" || last != c.number {
				t.Errorf("the last begins on line %d, want %d (-want +got):\n%s", last, c.number, diff)
			}
		})
	}
}

// TestRecordsGoOn: after a line that is not UTF-8, and after quotes that stay
// open for more than a line may be long, the next lines are read.
func TestRecordsGoOn(t *testing.T) {
	long := strings.Repeat("x", textfile.MaxLine/2)
	var got []string
	path := written(t, "a\n\"b\n\xff\nc\n\"d\n"+long+"\n"+long+"\ne\n\"f")
	for r, err := range Records(path, textfile.Lines(path), ',') {
		if err != nil {
			_, after, _ := strings.Cut(err.Error(), "/f:")
			got = append(got, "bad "+strings.Split(after, ":")[0])
			continue
		}
		got = append(got, strings.Join(r.Fields, ","))
	}
	if diff := cmp.Diff([]string{"a", "bad 3", "c", "bad 5", "e", "bad 9"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
