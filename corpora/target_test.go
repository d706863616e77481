package corpora

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// readers read the file of each target.
var readers = map[string]func(string) source.Dialogues{
	"jsonl": readJSONL, "tsv": readTSV, "text": readText, "parlai": readParlAI, "sharegpt": readShareGPT,
}

// anyDialogues draws dialogues as a format can read them: trimmed texts that
// are not empty, from an alphabet of what formats use as marks.
func anyDialogues(t *rapid.T) []dialog.Dialogue {
	marks := []string{"a", "b", " ", "\t", "\n", "\r", ":", "|", `\`, `"`, "[", "]", "{", "}", ",", "n", "t", "1", "é", "_", "PIPE"}
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(marks), 1, 12), func(s []string) string { return strings.TrimSpace(strings.Join(s, "")) }).
		Filter(func(s string) bool { return s != "" })
	speaker := rapid.SampledFrom([]string{"A", "B", "Ann", "human", "system", "a:b", "a b c d", " x", "ü"})
	labels := rapid.MapOfN(rapid.SampledFrom([]string{"act", "system"}), text, 0, 2)
	turn := rapid.Custom(func(t *rapid.T) dialog.Turn {
		return dialog.Turn{Speaker: speaker.Draw(t, "speaker"), Text: text.Draw(t, "text"), Labels: labels.Draw(t, "labels")}
	})
	one := rapid.Custom(func(t *rapid.T) dialog.Dialogue {
		return dialog.Dialogue{Turns: rapid.SliceOfN(turn, 1, 12).Draw(t, "turns"), Labels: labels.Draw(t, "labels")}
	})
	return rapid.SliceOfN(one, 1, 4).Draw(t, "dialogues")
}

// writeAll writes dialogues to a file and returns what was lost of them.
func writeAll(t *rapid.T, path string, target Target, ds []dialog.Dialogue) Lost {
	var b bytes.Buffer
	w := NewWriter(&b, target)
	for _, d := range ds {
		if err := w.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return w.Lost()
}

// TestWriteAndRead: what a target writes comes back as as many dialogues, whole
// but for what Lost counts. In jsonl nothing is ever lost.
func TestWriteAndRead(t *testing.T) {
	for _, target := range Targets() {
		t.Run(target.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f."+target.Extension)
			rapid.Check(t, func(t *rapid.T) {
				want := anyDialogues(t)
				lost := writeAll(t, path, target, want)
				got, err := readAll(readers[target.Name](path))
				if err != nil || len(got) != len(want) {
					t.Fatalf("%d dialogues, error %v; want %d", len(got), err, len(want))
				}
				if target.Name == "jsonl" && lost != (Lost{}) {
					t.Fatalf("lost %+v", lost)
				}
				checkLost(t, want, got, lost)
			})
		})
	}
}

// checkLost compares field by field the dialogues from a file with those that
// were written.
func checkLost(t *rapid.T, want, got []dialog.Dialogue, lost Lost) {
	var n Lost
	ignore := func(fields ...string) cmp.Options {
		return cmp.Options{cmpopts.IgnoreFields(dialog.Dialogue{}, append([]string{"ID"}, slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f != "Labels" })...)...),
			cmpopts.IgnoreFields(dialog.Turn{}, fields...), cmpopts.EquateEmpty()}
	}
	for i := range want {
		if !cmp.Equal(want[i], got[i], ignore("Speaker", "Text")) {
			n.Labels++
		}
		if !cmp.Equal(want[i], got[i], ignore("Text", "Labels")) {
			n.Speakers++
		}
		if !cmp.Equal(want[i], got[i], ignore("Speaker", "Labels")) {
			n.Texts++
		}
	}
	if n != lost {
		t.Fatalf("lost %+v, the writer says %+v\nwant %v\n got %v", n, lost, want, got)
	}
}

// TestTargets pins what each format looks like.
func TestTargets(t *testing.T) {
	ds := []dialog.Dialogue{
		{Turns: []dialog.Turn{{Speaker: "Ann", Text: "One\ttwo\nthree | four <5>"}, {Speaker: "Ben", Text: "Yes."}, {Speaker: "Ann", Text: "No."}},
			Labels: map[string]string{"system": "s", "topic": "t"}},
		{Turns: []dialog.Turn{{Speaker: "A", Text: "Alone: here."}}},
	}
	for name, c := range map[string]struct {
		want string
		lost Lost
	}{
		"jsonl": {`{"turns":[{"text":"One\ttwo\nthree | four <5>","speaker":"Ann"},{"text":"Yes.","speaker":"Ben"},{"text":"No.","speaker":"Ann"}],"labels":{"system":"s","topic":"t"}}
{"turns":[{"text":"Alone: here.","speaker":"A"}]}
`, Lost{}},
		"tsv":    {"context\tresponse\nOne two three | four <5>\tYes.\tNo.\n\tAlone: here.\n", Lost{1, 1, 1}},
		"text":   {"Ann: One\ttwo three | four <5>\nBen: Yes.\nAnn: No.\n\nAlone: here.\n", Lost{1, 0, 1}},
		"parlai": {`text:One\ttwo\nthree __PIPE__ four <5>` + "\tlabels:Yes.\ntext:No.\tepisode_done:True\ntext:\tlabels:Alone: here.\tepisode_done:True\n", Lost{1, 1, 0}},
		"sharegpt": {`[
{"conversations":[{"from":"system","value":"s"},{"from":"Ann","value":"One\ttwo\nthree | four <5>"},{"from":"Ben","value":"Yes."},{"from":"Ann","value":"No."}]},
{"conversations":[{"from":"A","value":"Alone: here."}]}
]
`, Lost{1, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, targetNamed(name))
			for _, d := range ds {
				if err := w.Write(d); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if w.Lost() != c.lost {
				t.Errorf("lost %+v, want %+v", w.Lost(), c.lost)
			}
		})
	}
}

func targetNamed(name string) Target {
	all := Targets()
	return all[slices.IndexFunc(all, func(t Target) bool { return t.Name == name })]
}

func TestWriteRefuses(t *testing.T) {
	huge := dialog.Dialogue{ID: "x:1", Turns: []dialog.Turn{{Speaker: "A", Text: strings.Repeat("x", textfile.MaxLine)}}}
	wantError(t, NewWriter(&bytes.Buffer{}, targetNamed("text")).Write(huge), "x:1", "longer than 1 MiB")
	w := NewWriter(full{}, targetNamed("text"))
	if err := w.Write(dialog.Dialogue{Turns: []dialog.Turn{{Speaker: "A", Text: "a"}}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of what is written to", err)
	}
	for _, target := range Targets() {
		wantError(t, NewWriter(&bytes.Buffer{}, target).Write(dialog.Dialogue{ID: "x:2"}), "x:2", "cannot be written in format "+target.Name)
	}
}
