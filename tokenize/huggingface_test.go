package tokenize

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "write testdata/*.tokenizer.json; then run testdata/huggingface.py")

// variants are the four kinds of tokenizer, by the name of their test files.
var variants = map[string]Options{
	"punct":       {},
	"punct-lower": {Lower: true},
	"space":       {Split: Space},
	"space-lower": {Split: Space, Lower: true},
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// trainVariant leaves out every fifth sentence, so that some words are unknown.
func trainVariant(t *testing.T, o Options, sentences []string) *Words {
	t.Helper()
	var kept []string
	for i, s := range sentences {
		if i%5 != 4 {
			kept = append(kept, s)
		}
	}
	w, err := TrainWords(texts(kept...), o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The expected words and ids are those of Hugging Face's tokenizers 0.23.3; see
// testdata/huggingface.py.
func TestHuggingFaceAgrees(t *testing.T) {
	var sentences []string
	readJSON(t, "sentences.json", &sentences)
	var want struct {
		Tokenizers string
		IDs        map[string][][]int32
		Words      map[string][][]string
	}
	readJSON(t, "huggingface.json", &want)
	for name, o := range variants {
		w := trainVariant(t, o, sentences)
		for i, s := range sentences {
			if diff := cmp.Diff(want.Words[name][i], slices.Collect(w.Words(s)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: words of %q (-tokenizers %s +ours):\n%s", name, s, want.Tokenizers, diff)
			}
			ids, err := w.Encode(s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.IDs[name][i], ids, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: ids of %q (-tokenizers %s +ours):\n%s", name, s, want.Tokenizers, diff)
			}
		}
	}
}

// The files were loaded by the same library, which saved them again byte for byte.
func TestWriteToGolden(t *testing.T) {
	var sentences []string
	readJSON(t, "sentences.json", &sentences)
	for name, o := range variants {
		var got bytes.Buffer
		n, err := trainVariant(t, o, sentences).WriteTo(&got)
		if err != nil || n != int64(got.Len()) {
			t.Fatalf("%s: WriteTo = %d, %v; wrote %d bytes", name, n, err, got.Len())
		}
		path := filepath.Join("testdata", name+".tokenizer.json")
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: WriteTo differs from %s (-want +got):\n%s", name, path, cmp.Diff(string(want), got.String()))
		}
	}
}
