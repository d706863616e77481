package corpora

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

func TestShareGPT(t *testing.T) {
	got, err := readAll(readShareGPT("testdata/sharegpt/train.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := []dialog.Dialogue{
		{ID: "train.json:2", Turns: []dialog.Turn{{Speaker: "human", Text: "Name a tree."}, {Speaker: "gpt", Text: "The birch."}}},
		{ID: "train.json:3", Turns: []dialog.Turn{{Speaker: "human", Text: `Why is "[" here?`}, {Speaker: "gpt", Text: "To test."}},
			Labels: map[string]string{"system": "Be brief."}},
		{ID: "train.json:4", Turns: []dialog.Turn{{Speaker: "user", Text: "Two lines\nplease."}, {Speaker: "assistant", Text: "One.\nTwo."}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestArrayGoesOn: a bad element names the line of its fault, and the next is
// read.
func TestArrayGoesOn(t *testing.T) {
	good := `{"conversations":[{"from":"gpt","value":"a"}]}`
	path := written(t, "[{\n\"conversations\": [\n}]},\n"+good+",\n{}, 7,\n"+good+"]\n")
	var got []string
	for d, err := range readShareGPT(path) {
		if err == nil {
			got = append(got, d.ID)
			continue
		}
		_, after, _ := strings.Cut(err.Error(), "/f:")
		got = append(got, "bad "+strings.Split(after, ":")[0])
	}
	if diff := cmp.Diff([]string{"bad 3", "f:4", "bad 5", "bad 5", "f:6"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestArrayFaults: what is wrong with the array itself cannot be skipped.
func TestArrayFaults(t *testing.T) {
	good := `{"conversations":[{"from":"gpt","value":"a"}]}`
	for name, c := range map[string]struct{ content, want string }{
		"inside an element": {"[\n" + good + ",\n" + `{"conversations":[`, "f:3: the file ends before its JSON array"},
		"after an element":  {"[" + good + "\n", "f:1: the file ends before"},
		"inside a string":   {`["` + good + `]`, "f:1: the file ends before"},
		"two arrays":        {"[" + good + "]\n[" + good + "]", "f:2: something follows the JSON array"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(readShareGPT(written(t, c.content)))
			wantError(t, err, c.want)
			var bad *fault.Malformed
			if errors.As(err, &bad) {
				t.Error("the error could be skipped")
			}
		})
	}
	if got, err := readAll(readShareGPT(written(t, " [ ] \n"))); err != nil || len(got) != 0 {
		t.Errorf("an empty array gives %v, %v", got, err)
	}
}

// TestNestedNames: a member of a member may have a colon in its name.
func TestNestedNames(t *testing.T) {
	path := written(t, `{"train":{"a:\"1":{"turns":["a","b"]},"c":{"turns":["c","d"]}},"n":1}`)
	all, err := readAll(readMembers(path, shapesOf("jsonl"), nil))
	if err != nil || len(all) != 2 || all[0].Turns[1].Text != "b" {
		t.Errorf("%+v, %v", all, err)
	}
}
