package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cvae-go/cvae/dialog"
)

// fuzzFile runs a source over files with any content: it must not panic, its
// dialogues have turns that are not empty, and its errors are clean.
func fuzzFile(f *testing.F, name string, read func(path string) source, seeds ...string) {
	for _, s := range append(seeds, "", "\n", "\xef\xbb\xbf\r\n", "\x1f\x8b", "\x28\xb5\x2f\xfd", "\x00\x1b[2J\xff") {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		for d, err := range read(path) {
			checkDialogue(t, d, err)
		}
	})
}

func checkDialogue(t *testing.T, d dialog.Dialogue, err error) {
	t.Helper()
	if err != nil {
		if strings.ContainsFunc(err.Error(), unprintable) || !utf8.ValidString(err.Error()) {
			t.Errorf("the error is not clean: %q", err)
		}
		return
	}
	if len(d.Turns) == 0 || d.ID == "" {
		t.Errorf("dialogue %q has %d turns", d.ID, len(d.Turns))
	}
	for _, turn := range d.Turns {
		if strings.TrimSpace(turn.Text) == "" || !utf8.ValidString(turn.Text) {
			t.Errorf("the text %q is no turn", turn.Text)
		}
	}
}

func FuzzSentences(f *testing.F) { fuzzFile(f, "f.txt", readSentences, "one\n\ntwo\n") }

func FuzzSuffix(f *testing.F) {
	fuzzFile(f, "f.dev.0", func(path string) source { return readSuffix(path, "0") }, "one\ntwo")
}

func FuzzLabelled(f *testing.F) { fuzzFile(f, "f.tsv", readLabelled, "good\tone\nbad\n\tx\n") }

func FuzzDailyDialog(f *testing.F) {
	fuzzFile(f, "dialogues_x.txt", readDailyDialog, "a __eou__ b __eou__\n", "__eou__ __eou__")
}

// FuzzDailyDialogLabels fuzzes the labels beside two fixed dialogues.
func FuzzDailyDialogLabels(f *testing.F) {
	fuzzFile(f, "dialogues_act_x.txt", func(acts string) source {
		path := filepath.Join(filepath.Dir(acts), "dialogues_x.txt")
		if err := os.WriteFile(path, []byte("a __eou__\nb __eou__ c __eou__\n"), 0o666); err != nil {
			f.Fatal(err)
		}
		return readDailyDialog(path)
	}, "1\n2 1\n", "5\n1 1\n", "1 \n\n1\n")
}

func FuzzJSONL(f *testing.F) {
	fuzzFile(f, "f.jsonl", readJSONL,
		`{"context":["a",{"text":"b","speaker":"C"}],"response":"c"}`,
		`{"turns":["a","b"],"labels":{"x":"y"}}`,
		`{"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"}]}`)
}
