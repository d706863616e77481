package tokenize

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is settled never changes, and no more than a word or two is not, where no quote is
// open: the text as it grows says so.
func TestSettled(t *testing.T) {
	lines, _ := readVectors(t)
	var tokenizers []Tokenizer
	for _, o := range variants {
		tokenizers = append(tokenizers, trainVariant(t, o, lines))
	}
	tokenizers = append(tokenizers, trainedBPE(t, lines), pieces(t))
	rapid.Check(t, func(t *rapid.T) {
		k := tokenizers[rapid.IntRange(0, len(tokenizers)-1).Draw(t, "tokenizer")]
		ids := rapid.SliceOfN(rapid.Int32Range(0, int32(k.Size()-1)), 1, 20).Draw(t, "ids")
		checkSettled(t, k, ids)
	})
}

// Words that decide on spaces, quotes and capitals before and after them.
func TestSettledQuotes(t *testing.T) {
	words := strings.Fields("don ' t ’ s say no ' '' .' - / : . , 3 500 o clock i a m \" “ ( ) mr em \u200d 👨 `` 's n't")
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SliceOfN(rapid.SampledFrom(words), 1, 14).Draw(t, "words")
		whole := Detokenise(said)
		for n := range len(said) + 1 {
			if part := settled(said[:n]); !strings.HasPrefix(whole, part) {
				t.Fatalf("%q settles %q, and becomes %q", said[:n], part, whole)
			}
		}
	})
	if got := settled(strings.Fields("i do not know . yes")); got != "I do not know." {
		t.Errorf("settled is %q", got)
	}
}

func checkSettled(t *rapid.T, k Tokenizer, ids []int32) {
	whole := k.Text(ids)
	for n := range len(ids) + 1 {
		if part := k.Settled(ids[:n]); !strings.HasPrefix(whole, part) {
			t.Fatalf("%v settles %q, and becomes %q", ids[:n], part, whole)
		}
	}
}
