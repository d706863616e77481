package tokenize

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// foreignVectors are the ids that Hugging Face's tokenizers 0.23.3 gives; see
// testdata/foreign.py.
type foreignVectors struct {
	Tokenizers string
	IDs        map[string][][]int
}

func readVectors(t *testing.T) (texts []string, want foreignVectors) {
	t.Helper()
	readJSON(t, "texts.json", &texts)
	readJSON(t, "foreign.json", &want)
	return texts, want
}

func loadFile(t testing.TB, path string) Tokenizer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return loaded
}

// theirs returns the vocabulary that a tokenizer adopted.
func theirs(t Tokenizer) []int {
	switch t := t.(type) {
	case *Words:
		return t.theirs
	case *WordPiece:
		return t.theirs
	case *Unigram:
		return t.theirs
	}
	return t.(*BPE).theirs
}

// The library's vectors stand for sanitised text.
func TestTextsAreSanitised(t *testing.T) {
	texts, _ := readVectors(t)
	for _, s := range texts {
		if Sanitise(s) != s {
			t.Errorf("%q becomes %q", s, Sanitise(s))
		}
	}
}

func TestForeignAgrees(t *testing.T) {
	texts, want := readVectors(t)
	for name, ids := range want.IDs {
		if name == "bpe" {
			continue // ours: TestBPEAgrees
		}
		loaded := loadFile(t, filepath.Join("foreign", name+".json"))
		for i, s := range texts {
			got := original(t, loaded, s)
			if diff := cmp.Diff(spelt(loaded, ids[i]), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: ids of %q (-tokenizers %s +ours):\n%s", name, s, want.Tokenizers, diff)
			}
		}
	}
}

// original returns the ids of text as the file has them.
func original(t *testing.T, loaded Tokenizer, text string) []int {
	t.Helper()
	ids, err := loaded.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int, len(ids))
	for i, id := range ids {
		out[i] = theirs(loaded)[id]
	}
	return out
}

// spelt replaces ids that a text has because it spells a special token, such as
// [PAD]: such a word is unknown here.
func spelt(loaded Tokenizer, ids []int) []int {
	known := theirs(loaded)
	out := slices.Clone(ids)
	for i, id := range out {
		if !slices.Contains(known, id) {
			out[i] = known[Unk]
		}
	}
	return out
}

// A run keeps its own copy, which must give the same ids and the same bytes again.
func TestForeignSavedAgain(t *testing.T) {
	texts, want := readVectors(t)
	for name := range want.IDs {
		path := filepath.Join("foreign", name+".json")
		if name == "bpe" {
			path = "bpe.json"
		}
		first := loadFile(t, path)
		saved := save(t, first)
		second, err := Load(bytes.NewReader(saved))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(save(t, second), saved) {
			t.Errorf("%s: saved twice it differs", name)
		}
		for _, s := range texts {
			a, _ := first.Encode(s)
			b, _ := second.Encode(s)
			if !slices.Equal(a, b) || first.Text(a) != second.Text(a) {
				t.Errorf("%s: %q has ids %v, saved %v", name, s, a, b)
			}
		}
	}
}

func save(t testing.TB, k Tokenizer) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := k.(io.WriterTo).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Special tokens of the file are left out, whatever ids they had, and ours come first.
func TestForeignSpecials(t *testing.T) {
	for name, want := range map[string]struct {
		size       int
		unknown    int
		firstToken string
	}{ // sizes: the tokens in the file less its specials, plus 4
		"gpt2":         {504, -1, "!"},
		"roberta":      {499, 3, "!"},
		"bert-uncased": {499, 1, "!"},
		"words-space":  {228, 53, "the"}, // 229 less <eos> and our four, which its texts spell; id 1 is a gap
	} {
		loaded := loadFile(t, filepath.Join("foreign", name+".json"))
		if loaded.Size() != want.size || theirs(loaded)[Unk] != want.unknown || loaded.Token(4) != want.firstToken {
			t.Errorf("%s: size %d, unknown %d, first token %q; want %+v", name, loaded.Size(), theirs(loaded)[Unk], loaded.Token(4), want)
		}
		for id, special := range Specials {
			if got := loaded.Token(int32(id)); got != special {
				t.Errorf("%s: id %d is %q", name, id, got)
			}
		}
	}
}
