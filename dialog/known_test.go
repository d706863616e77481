package dialog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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

func TestWithKnown(t *testing.T) {
	shared := labelled()
	for i, turn := range shared.WithKnown([]string{"topic", "act"}).Turns {
		for _, name := range []string{"topic", "act"} {
			if value, want := dialog.KnownOf(turn.Labels, name), labelled().Known(i, name); value != want {
				t.Errorf("%s of turn %d: %q, want %q", name, i, value, want)
			}
		}
		if value := dialog.KnownOf(turn.Labels, "emotion"); value != "" {
			t.Errorf("emotion of turn %d, which nobody asked for: %q", i, value)
		}
		if own, want := turn.Labels["act"], labelled().Turns[i].Labels["act"]; own != want {
			t.Errorf("the act of turn %d is now %q, not %q", i, own, want)
		}
	}
	if diff := cmp.Diff(labelled(), shared); diff != "" {
		t.Errorf("the dialogue itself has changed: %s", diff)
	}
	if diff := cmp.Diff(labelled(), shared.WithKnown(nil)); diff != "" {
		t.Errorf("without names: %s", diff)
	}
}
