package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
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

// spoke shows dialogues as "A: text / B: text" with their IDs before them.
func spoke(ds []dialog.Dialogue) (list []string) {
	for _, d := range ds {
		var turns []string
		for _, t := range d.Turns {
			turns = append(turns, t.Speaker+": "+t.Text)
		}
		list = append(list, d.ID+" "+strings.Join(turns, " / "))
	}
	return list
}

func TestDialoguesOfSeveralLines(t *testing.T) {
	for name, c := range map[string]struct {
		read    func(string) source.Dialogues
		content string
		want    []string
	}{
		"speakers":                {readText, "Ann: a\nMr Ben: b\n\nc\n", []string{"f:1 Ann: a / Mr Ben: b", "f:4 A: c"}},
		"a turn without speaker":  {readText, "Ann: a\nb\n", []string{"f:1 A: Ann: a / B: b"}},
		"a turn alone":            {readText, "Ann: a\n", []string{"f:1 A: Ann: a"}},
		"addresses":               {readText, "http://a\nhttp://b\n", []string{"f:1 A: http://a / B: http://b"}},
		"a name of four words":    {readText, "is it you or: a\nis it you or: b\n", []string{"f:1 A: is it you or: a / B: is it you or: b"}},
		"nine speakers":           {readText, "1: a\n2: a\n3: a\n4: a\n5: a\n6: a\n7: a\n8: a\n9: a\n", []string{"f:1 A: 1: a / B: 2: a / A: 3: a / B: 4: a / A: 5: a / B: 6: a / A: 7: a / B: 8: a / A: 9: a"}},
		"one who goes on":         {readText, "A: a\nA: b\n", []string{"f:1 A: a / A: b"}},
		"a response alone":        {readParlAI, "labels:a\tepisode_done:True\nlabels:b\ntext:c\tlabels:d\n", []string{"f:1 A: a", "f:2 A: b / B: c / A: d"}},
		"texts in a row":          {readParlAI, "text:a\n\ntext:b\tlabels:c\tepisode_done:true\n", []string{"f:1 A: a / A: b / B: c"}},
		"escapes":                 {readParlAI, `text:a\nb\tc__PIPE__d` + "\tlabels:e__PIPE__f|g\n", []string{"f:1 A: a\nb\tc|d / B: e|f"}},
		"done only when true":     {readParlAI, "text:a\tlabels:b\tepisode_done:False\ntext:c\tepisode_done:1\ntext:d\n", []string{"f:1 A: a / B: b / A: c", "f:3 A: d"}},
		"numbers that start anew": {readFBDialog, "2 a\tb\n3 c\td\n2 e\tf\n2 g\n", []string{"f:1 A: a / B: b / A: c / B: d", "f:3 A: e / B: f", "f:4 A: g"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAll(c.read(written(t, c.content)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, spoke(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBadBlock: of a dialogue with two bad lines one error is left, and the
// dialogues around it stay.
func TestBadBlock(t *testing.T) {
	for name, c := range map[string]struct {
		read          func(string) source.Dialogues
		content, want string
	}{
		"text":     {readText, "a\n\nb\n\xff\nc\n\xff\n\nd\n", "f:4: the line is not UTF-8"},
		"long":     {readText, "a\n\n" + strings.Repeat(strings.Repeat("x", 1000)+"\n", 1100) + "\nd\n", "f:3: the dialogue that begins here is longer than 1 MiB"},
		"parlai":   {readParlAI, "text:a\tepisode_done:True\ntext:b\nx:1\n\xff\nx:1\tepisode_done:True\ntext:d\n", "f:4: the line is not UTF-8"},
		"fbdialog": {readFBDialog, "1 a\n1 b\nc\n\xff\n3 c\n1 d\n", "f:4: the line is not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			var errs []error
			for d, err := range c.read(written(t, c.content)) {
				if err != nil {
					errs = append(errs, err)
				} else {
					ids = append(ids, d.Turns[0].Text)
				}
			}
			if diff := cmp.Diff([]string{"a", "d"}, ids); diff != "" || len(errs) != 1 {
				t.Fatalf("%d errors, dialogues (-want +got):\n%s", len(errs), diff)
			}
			wantError(t, errs[0], c.want, "--skip-bad")
		})
	}
}
