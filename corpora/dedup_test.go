package corpora

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// testdata/dailydialog has these dialogues, by eye: train K, plants, bicycle,
// G, K, g; valid rain, G; test hat, well+K's pair, K. g is G in other case and
// spacing.
func TestDedup(t *testing.T) {
	c, err := Open("testdata/dailydialog", Options{Dedup: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(noneDropped(), c.Duplicates()); diff != "" {
		t.Errorf("before the first pass (-want +got):\n%s", diff)
	}
	var left []string
	for d, err := range c.Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, d.ID)
	}
	if diff := cmp.Diff([]string{"dialogues_train.txt:2", "dialogues_train.txt:3"}, left); diff != "" {
		t.Errorf("train (-want +got):\n%s", diff)
	}
	want := noneDropped()
	want.Across["train_in_test"], want.Across["train_in_valid"] = 2, 2
	if diff := cmp.Diff(want, c.Duplicates()); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

func TestDedupWithin(t *testing.T) {
	c := openLines(t, Options{Dedup: true}, map[string]string{
		"train.txt": "one\nTWO\n two \none\nthree\nfour\n",
		"valid.txt": "three\nfive\nfive\nfour\n",
		"test.txt":  "four\nsix\nsix\n",
	})
	stats, err := c.Stats(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := [3]int{}
	for i, s := range dialog.Splits {
		got[i] = stats.Splits[s].Dialogues
	}
	if want := [3]int{2, 2, 2}; got != want { // one TWO; three five; four six
		t.Errorf("%v dialogues are left, want %v", got, want)
	}
	want := Duplicates{
		Within: map[dialog.Split]int{dialog.Train: 2, dialog.Valid: 1, dialog.Test: 1},
		Across: map[string]int{"train_in_valid": 1, "train_in_test": 1, "valid_in_test": 1},
	}
	if diff := cmp.Diff(want, c.Duplicates()); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if stats.Duplicates.Within[dialog.Train] != 0 {
		t.Errorf("stats after Dedup still count %v", stats.Duplicates)
	}
}

// TestStatsDuplicates counts verbatim copies by eye: K stands twice in train
// and once in test, G once in train and valid; K's pair is in two test
// dialogues.
func TestStatsDuplicates(t *testing.T) {
	c, err := Open("testdata/dailydialog", Options{})
	if err != nil {
		t.Fatal(err)
	}
	stats, err := c.Stats(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Duplicates{
		Within: map[dialog.Split]int{dialog.Train: 1, dialog.Valid: 0, dialog.Test: 0},
		Across: map[string]int{"valid_in_train": 1, "test_in_train": 1, "test_in_valid": 0},
		Pairs:  map[string]int{"valid_in_train": 1, "test_in_train": 2},
	}
	if diff := cmp.Diff(want, stats.Duplicates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDedupLeavesNothing(t *testing.T) {
	c, err := openMap(t, Options{Dedup: true}, map[string]string{
		"train.txt": "one\n", "valid.txt": "two\n", "test.txt": "one\n"})
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range c.Dialogues(dialog.Train) {
	}
	wantError(t, err, "no train dialogue left", "--dedup")
}

func TestKeysTellTurnsApart(t *testing.T) {
	if keyOf("a", "b") == keyOf("ab") || keyOf("a", "b") == keyOf("a", "b", "") {
		t.Error("other turns have the same key")
	}
}
