package corpora

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/dialog"
)

func TestPlaces(t *testing.T) {
	hub := placeOf("parquet")
	for _, c := range []struct {
		of   site.Place
		name string
		want dialog.Split
		ok   bool
	}{
		{sgdPlace, "train/dialogues_001.json", dialog.Train, true},
		{sgdPlace, "dev/dialogues_001.json.gz", dialog.Valid, true},
		{sgdPlace, "dialogues_001.json", "", true},
		{sgdPlace, "other/dialogues_001.json", "", false},
		{sgdPlace, "train/schema.json", "", false},
		{sgdPlace, "train/dialogues_all.json", "", false},
		{taskmasterPlace, "data/flights.json", "", true},
		{taskmasterPlace, "ontology/flights.json", "", false},
		{taskmasterPlace, "reward/reward_00.json", "", false},
		{taskmasterPlace, "TM-1-2019/sample.json", "", false},
		{taskmasterPlace, "ontology.json", "", false},
		{taskmasterPlace, "train-dev-test/dev.csv", "", false},
		{meldPlace, "dev_sent_emo.csv", dialog.Valid, true},
		{meldPlace, "sent_emo.csv", "", false},
		{meldPlace, "train_sent_emo_dya.csv", "", false},
		{hub, "train-00000-of-00002.parquet", dialog.Train, true},
		{hub, "data/validation-00000-of-00001.parquet", dialog.Valid, true},
		{hub, "data/test_sft-00000-of-00001-0a1b.parquet", dialog.Test, true},
		{hub, "default/train/0000.parquet", dialog.Train, true},
		{hub, "train/test-0000.parquet", dialog.Test, true},
		{hub, "tester.parquet", "", true},
		{hub, "train.jsonl", "", false},
	} {
		if split, ok := c.of(c.name); split != c.want || ok != c.ok {
			t.Errorf("%s is of split %q, %v, want %q, %v", c.name, split, ok, c.want, c.ok)
		}
	}
}

func TestShardsOpen(t *testing.T) {
	one := `{"dialogue":["a","b"]}` + "\n"
	_, err := openMap(t, Options{}, map[string]string{"train-0.jsonl": one, "train-0.jsonl.gz": one})
	wantError(t, err, "the same file twice, train-0.jsonl and train-0.jsonl.gz")
	_, err = openMap(t, Options{}, map[string]string{"test-0.jsonl": one})
	wantError(t, err, "has files for test and none for train")
	_, err = openMap(t, Options{Format: "sgd"}, map[string]string{"test-0.jsonl": one})
	wantError(t, err, "no files of format sgd")
	// A file that names no split is left out when others name one.
	c, err := openMap(t, Options{}, map[string]string{"train-0.jsonl": one, "valid-0.jsonl": one, "test-0.jsonl": one, "more.jsonl": one})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]dialog.Split{"train-0.jsonl:1": dialog.Train, "valid-0.jsonl:1": dialog.Valid, "test-0.jsonl:1": dialog.Test}
	if diff := cmp.Diff(want, idsOf(t, c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestListed: IDs go where their list says; a dialogue whose ID cannot be read
// is an error of train alone.
func TestListed(t *testing.T) {
	files := map[string]string{
		"data.json": `{
"a": {"goal": {}, "log": [{"text": "x"}]},
"b": {"goal": {}, "log": [{"text": "x"}]},
"c": {"goal": {}, "log": [{"text": "x"}]},
"d" {}
}`,
		"valListFile.json": "b\n", "testListFile.json": "c\nnowhere\n",
	}
	c, err := openMap(t, Options{SkipBad: true}, files)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]dialog.Split{"data.json:2": dialog.Train, "data.json:3": dialog.Valid, "data.json:4": dialog.Test}
	if diff := cmp.Diff(want, idsOf(t, c)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Skipped() != 1 {
		t.Errorf("%d are skipped, want 1", c.Skipped())
	}
	files["testListFile.json"] = "b\xff\n"
	_, err = openMap(t, Options{}, files)
	wantError(t, err, "testListFile.json:1: the line is not UTF-8")
}

// TestObjectFaults: what is wrong with the object itself cannot be skipped.
func TestObjectFaults(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"unfinished":  {"{\n\"a\": {", "f:2: the file ends before its JSON object"},
		"an array":    {"\n[]", "f:2: there is no JSON object"},
		"two objects": {"{}\n{}", "f:2: something follows the JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(readAllMultiWOZ(written(t, c.content)))
			wantError(t, err, c.want)
			var bad *fault.Malformed
			if errors.As(err, &bad) {
				t.Error("the error could be skipped")
			}
		})
	}
}
