package tokenize

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The definition, done slowly: merge the leftmost pair of the lowest rank until
// there is none.
func mergeSlowly(t mergeTable, word []int32) []int32 {
	for {
		best, at := merge{}, -1
		for i := 1; i < len(word); i++ {
			if m, ok := t[pair{word[i-1], word[i]}]; ok && (at < 0 || m.rank < best.rank) {
				best, at = m, i-1
			}
		}
		if at < 0 {
			return word
		}
		word = slices.Concat(word[:at], []int32{best.id}, word[at+2:])
	}
}

func TestMergeApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := mergeTable{}
		for id := int32(3); id < rapid.Int32Range(3, 12).Draw(t, "ids"); id++ {
			p := pair{rapid.Int32Range(0, id-1).Draw(t, "left"), rapid.Int32Range(0, id-1).Draw(t, "right")}
			if _, ok := table[p]; !ok {
				table[p] = merge{rank: id, id: id}
			}
		}
		word := rapid.SliceOfN(rapid.Int32Range(0, 2), 0, 30).Draw(t, "word")
		want := mergeSlowly(table, word)
		if got := table.apply(slices.Clone(word)); !slices.Equal(got, want) {
			t.Fatalf("%v with %v: got %v, want %v", word, table, got, want)
		}
	})
}

// Hugging Face's tokenizers 0.23.3 makes pairs from the left: [aa aa a].
func TestMergeLeftmost(t *testing.T) {
	table := mergeTable{{0, 0}: {0, 1}}
	for n := range 40 {
		want := append(slices.Repeat([]int32{1}, n/2), make([]int32, n%2)...)
		if got := table.apply(make([]int32, n)); !slices.Equal(got, want) {
			t.Errorf("%d: got %v", n, got)
		}
	}
}

// A run of spaces is one word; quadratic work would take minutes here.
func TestLongWord(t *testing.T) {
	b := mustTrainBPE(t, BPEOptions{}, "      ", "    ")
	spaces := strings.Repeat(" ", 300_000)
	ids, _ := b.Encode(spaces)
	if got := b.Decode(ids); got != spaces || len(ids) > len(spaces)/2 {
		t.Errorf("%d ids, %d bytes back", len(ids), len(got))
	}
}
