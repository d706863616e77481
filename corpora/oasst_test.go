package corpora

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// message is a line of the flat form.
func message(tree, id, parent, more string) string {
	return `{"message_tree_id":"` + tree + `","message_id":"` + id + `","parent_id":"` + parent + `","text":"` + id + `"` + more + "}\n"
}

// TestOASSTPath: the texts of the path are those of the best replies.
func TestOASSTPath(t *testing.T) {
	tree := func(prompt string) string { return `{"message_tree_id":"t","prompt":` + prompt + "}\n" }
	for name, c := range map[string]struct{ content, want string }{
		"the lowest rank": {tree(`{"text":"a","replies":[{"text":"b","rank":2},{"text":"c","rank":1}]}`), "a c"},
		"a rank is better than none": {
			tree(`{"text":"a","replies":[{"text":"b"},{"text":"c","rank":null},{"text":"d","rank":9}]}`), "a d"},
		"the first without ranks":       {tree(`{"text":"a","replies":[{"text":"b"},{"text":"c"}]}`), "a b"},
		"the best is not the longest":   {tree(`{"text":"a","replies":[{"text":"b","replies":[{"text":"c"}]},{"text":"d","rank":0}]}`), "a d"},
		"deleted with what follows":     {tree(`{"text":"a","replies":[{"text":"b","deleted":true,"replies":[{"text":"c"}]}]}`), "a"},
		"messages in order":             {message("t", "a", "", "") + message("t", "b", "a", "") + message("t", "c", "b", ""), "a b c"},
		"a message before its parent":   {message("t", "b", "a", "") + message("t", "a", "", ""), "a b"},
		"the lowest rank of messages":   {message("t", "a", "", "") + message("t", "b", "a", `,"rank":1`) + message("t", "c", "a", `,"rank":0`), "a c"},
		"messages of a deleted message": {message("t", "a", "", "") + message("t", "b", "a", `,"deleted":true`) + message("t", "c", "b", ""), "a"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := readAll(readOASST(written(t, c.content)))
			if err != nil || len(all) != 1 {
				t.Fatalf("%d dialogues, error %v", len(all), err)
			}
			var texts []string
			for _, turn := range all[0].Turns {
				texts = append(texts, turn.Text)
			}
			if got := strings.Join(texts, " "); got != c.want {
				t.Errorf("the path is %q, want %q", got, c.want)
			}
		})
	}
}

// TestOASSTGoesOn: a bad message takes its tree with it and no other.
func TestOASSTGoesOn(t *testing.T) {
	good := message("g", "a", "", "")
	for name, bad := range map[string]string{
		"no JSON inside a tree": message("t", "a", "", "") + "{\n" + message("t", "b", "a", ""),
		"two roots":             message("t", "a", "", "") + message("t", "b", "", ""),
		"twice":                 message("t", "a", "", "") + message("t", "a", "", ""),
		"a circle":              message("t", "a", "b", "") + message("t", "b", "a", ""),
		"its own parent":        message("t", "a", "a", ""),
		"a bad tree":            `{"message_tree_id":"t","prompt":{"text":1}}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for d, err := range readOASST(written(t, good+bad+message("h", "z", "", ""))) {
				if err != nil {
					got = append(got, "bad")
					continue
				}
				got = append(got, d.Turns[0].Text)
			}
			if diff := cmp.Diff([]string{"a", "bad", "z"}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
