package tokenize

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestScriptsAgree: the expected ids of 500 sentences in ten scripts are those of
// Hugging Face's tokenizers 0.23.3; see testdata/scripts.py.
func TestScriptsAgree(t *testing.T) {
	var texts []string
	var want foreignVectors
	readJSON(t, "scripts.json", &texts)
	readJSON(t, "scripts.ids.json", &want)
	if len(texts) != 500 || len(want.IDs) < 8 {
		t.Fatalf("%d texts, %d tokenizers", len(texts), len(want.IDs))
	}
	for name, ids := range want.IDs {
		t.Run(name, func(t *testing.T) {
			loaded := loadFile(t, filepath.Join("scripts", name+".json"))
			again, err := Load(bytes.NewReader(save(t, loaded)))
			if err != nil {
				t.Fatal(err)
			}
			bad := 0
			for i, s := range texts {
				if Sanitise(s) != s {
					t.Fatalf("%q becomes %q", s, Sanitise(s))
				}
				got := original(t, loaded, s)
				if diff := cmp.Diff(spelt(loaded, ids[i]), got, cmpopts.EquateEmpty()); diff != "" {
					if bad++; bad < 4 {
						t.Errorf("ids of %q (-tokenizers %s +ours):\n%s", s, want.Tokenizers, diff)
					}
				}
				a, _ := loaded.Encode(s)
				b, _ := again.Encode(s)
				if !slices.Equal(a, b) {
					t.Fatalf("%q has ids %v, saved %v", s, a, b)
				}
				if !slices.Contains(a, Unk) && strings.Contains(name, "llama") && loaded.Decode(a) != s {
					t.Errorf("%q comes back as %q", s, loaded.Decode(a))
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d differ", bad, len(texts))
			}
		})
	}
}
