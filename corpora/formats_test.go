package corpora_test

import (
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/corpora/corporatest"
	"github.com/cvae-go/cvae/dialog"
)

// cases has a corpus for each row of the table. The counts are those of the
// files in testdata, by eye.
var cases = []corporatest.Case{
	{Format: "builtin", Path: "builtin", Count: counts(6000, 400, 400)}, // as its documentation says
	{
		Format: "dailydialog", Path: "testdata/dailydialog",
		Count: counts(6, 2, 3),
		First: dialog.Dialogue{ID: "dialogues_train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the kettle on ?", Labels: map[string]string{"act": "question", "emotion": "none"}},
			{Speaker: "B", Text: "Yes , tea in a minute .", Labels: map[string]string{"act": "inform", "emotion": "none"}},
		}},
		BadFile: "train/dialogues_train.txt", BadLine: "Well ? __eou__ __eou__ Well . __eou__",
	},
	{
		Format: "jsonl", Path: "testdata/jsonl",
		Count: counts(6, 2, 2),
		First: dialog.Dialogue{ID: "train.jsonl:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the soup warm?"}, {Speaker: "B", Text: "It is boiling."},
		}},
		BadFile: "test.jsonl", BadLine: `{"turns":[]}`,
	},
	{
		Format: "sentences", Path: "testdata/sentences",
		Count:   counts(3, 2, 2),
		First:   dialog.Dialogue{ID: "toy.train.txt:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the cat sat on the mat"}}},
		BadFile: "toy.valid.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "labelled", Path: "testdata/labelled",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "train.tsv:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the bread was fresh"}},
			Labels: map[string]string{"label": "good"}},
		BadFile: "train.tsv", BadLine: "a sentence without a label",
	},
	{
		Format: "suffix", Path: "testdata/suffix",
		Count: counts(5, 2, 2), // test.* is train, dev.* is halved
		First: dialog.Dialogue{ID: "toy.test.0:1", Turns: []dialog.Turn{{Speaker: "A", Text: "the chairs were hard ."}},
			Labels: map[string]string{"label": "0"}},
		BadFile: "toy.test.1", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "tsv", Path: "testdata/tsv",
		Count: counts(4, 2, 2),
		First: dialog.Dialogue{ID: "train.tsv:2", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is the shop open?"}, {Speaker: "B", Text: "Until six."},
		}},
		BadFile: "train.tsv", BadLine: "a line without a TAB",
	},
	{
		Format: "text", Path: "testdata/text",
		Count: counts(3, 2, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "Is the ferry late?"}, {Speaker: "Ben", Text: "By an hour."}, {Speaker: "Ann", Text: "Then we walk."},
		}},
		BadFile: "train.txt", BadLine: "not UTF-8: \xff",
	},
	{
		Format: "sharegpt", Path: "testdata/sharegpt",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.json:2", Turns: []dialog.Turn{
			{Speaker: "human", Text: "Name a tree."}, {Speaker: "gpt", Text: "The birch."},
		}},
		BadFile: "train.json", BadLine: `{"conversations": []},`,
	},
	{
		Format: "parlai", Path: "testdata/parlai",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Where did you leave it?"}, {Speaker: "B", Text: "On the bus."},
			{Speaker: "A", Text: "Which bus?"}, {Speaker: "B", Text: "The red one."},
		}},
		BadFile: "train.txt", BadLine: "text:\tepisode_done:True",
	},
	{
		Format: "fbdialog", Path: "testdata/fbdialog",
		Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "train.txt:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "I own a boat.\nIt leaks.\nShall we sail?"}, {Speaker: "B", Text: "Rather not."},
			{Speaker: "A", Text: "Why?"}, {Speaker: "B", Text: "It leaks."},
		}},
		BadFile: "train.txt", BadLine: "two no number",
	},
}

func counts(train, valid, test int) map[dialog.Split]int {
	return map[dialog.Split]int{dialog.Train: train, dialog.Valid: valid, dialog.Test: test}
}

func TestFormats(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range cases {
		tested[c.Format] = true
		t.Run(c.Format, func(t *testing.T) { corporatest.Run(t, c) })
	}
	for _, f := range corpora.Formats() {
		if !tested[f.Name] {
			t.Errorf("format %s has no case", f.Name)
		}
		if f.Title == "" || f.Layout == "" || f.Licence == "" || f.Turns != "dialogues" && f.Turns != "sentences" {
			t.Errorf("format %s does not say all that help prints: %+v", f.Name, f)
		}
	}
}
