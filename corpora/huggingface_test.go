package corpora_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/cvae-go/cvae/corpora/corporatest"
	"github.com/cvae-go/cvae/dialog"
)

// TestParquetFolder: a folder as the Hub writes it keeps the contract. Its
// files have no lines to spoil.
func TestParquetFolder(t *testing.T) {
	type row struct {
		Dialog  []string `parquet:"dialog,list"`
		Emotion []string `parquet:"emotion,list"`
	}
	folder := t.TempDir()
	for name, rows := range map[string][]row{
		"data/train-00000-of-00002.parquet":      {{[]string{"Is it open?", "Until six."}, []string{"none", "joy"}}, {[]string{"Thanks."}, nil}},
		"data/train-00001-of-00002.parquet":      {{[]string{"One ticket.", "Two francs."}, nil}},
		"data/validation-00000-of-00001.parquet": {{[]string{"Who won?", "Nobody."}, nil}},
		"data/test-00000-of-00001.parquet":       {{[]string{"Any news?", "None."}, nil}, {[]string{"Good.", "Yes."}, nil}},
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := parquet.WriteFile(path, rows); err != nil {
			t.Fatal(err)
		}
	}
	// A copy as JSON Lines would say everything twice.
	if err := os.WriteFile(filepath.Join(folder, "train.jsonl"), []byte(`{"dialog":["Is it open?"]}`+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	corporatest.Run(t, corporatest.Case{
		Format: "huggingface", Path: filepath.ToSlash(folder), Count: counts(3, 1, 2),
		First: dialog.Dialogue{ID: "data/train-00000-of-00002.parquet:1", Turns: []dialog.Turn{
			{Speaker: "A", Text: "Is it open?", Labels: map[string]string{"emotion": "none"}},
			{Speaker: "B", Text: "Until six.", Labels: map[string]string{"emotion": "joy"}},
		}},
	})
}
