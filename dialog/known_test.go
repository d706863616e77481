package dialog_test

import (
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

// labelled has an act a turn, the emotion of the second alone, and a topic.
func labelled() dialog.Dialogue {
	return dialog.Dialogue{
		Labels: map[string]string{"topic": "work"},
		Turns: []dialog.Turn{
			{Text: "a", Labels: map[string]string{"act": "ask", "topic": "other"}},
			{Text: "b", Labels: map[string]string{"act": "tell", "emotion": "joy"}},
			{Text: "c"},
			{Text: "d", Labels: map[string]string{"act": "bye"}},
		},
	}
}

func TestKnown(t *testing.T) {
	d := labelled()
	for name, want := range map[string][]string{
		"topic":   {"work", "work", "work", "work"}, // the dialogue goes before its turns
		"act":     {"", "ask", "tell", ""},          // that of the turn before, never the turn's own
		"emotion": {"", "", "joy", ""},
		"persona": {"", "", "", ""},
	} {
		for i := range want {
			if got := d.Known(i, name); got != want[i] {
				t.Errorf("%s of turn %d: %q, want %q", name, i, got, want[i])
			}
		}
	}
}
