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

func FuzzTSV(f *testing.F) {
	fuzzFile(f, "f.tsv", readTSV, "context\tresponse\na\tb\n", "\t\ta\n", "a\t\tb\n")
}

func FuzzText(f *testing.F) {
	fuzzFile(f, "f.txt", readText, "A: a\nB: b\n\nc\nd\n", "A:\nB: b\n", "\n\na\n \nb")
}

func FuzzShareGPT(f *testing.F) {
	one := `{"conversations":[{"from":"system","value":"a"},{"from":"human","value":"b"}]}`
	fuzzFile(f, "f.json", readShareGPT, one, "["+one+",\n"+one+"]", "[]", "[,]", `[{"a":"]`, `[{"a":"\"]"}] x`)
}

func FuzzParlAI(f *testing.F) {
	fuzzFile(f, "f.txt", readParlAI, "text:a\tlabels:b|c\ntext:d\tepisode_done:True\n", "labels:a\n", "text:a\\nb\tx\n")
}

func FuzzFBDialog(f *testing.F) {
	fuzzFile(f, "f.txt", readFBDialog, "1 a\n2 b\tc|d\t0\te\n1 f\tg\n", "1\n0 a\n", "2 a\t\n")
}

// FuzzOpen fuzzes detection: every file is read or refused in clean words.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{"a\n\nb\n", "A: a\nB: b\n", "a\tb\n", "a b\tc\t1\n", "1 a\tb\n", "text:a\tlabels:b\n", "[{", "{\"turns\":[\"a\"]}", "a __eou__\n"} {
		f.Add("f.txt", []byte(s))
	}
	f.Add("f.json", []byte(`[{"conversations":[{"value":"a"}]}]`))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if name != "f.txt" && name != "f.json" && name != "f.tsv" || len(content) == 0 {
			return
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Options{SkipBad: true}); err != nil {
			checkDialogue(t, dialog.Dialogue{}, err)
		}
	})
}
