package dialog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestSliceAndRepeat are the batches of the examples chosen by hand, in dialogue
// and in text mode, with and without labels.
func TestSliceAndRepeat(t *testing.T) {
	talk := []Example{
		{Context: [][]int32{{4}, {5, 6}}, Floor: []uint8{1, 0}, Response: []int32{7}},
		{Context: [][]int32{{8}}, Floor: []uint8{0}, Response: []int32{9, 10}},
		{Context: [][]int32{{11}}, Floor: []uint8{1}},
	}
	text := []Example{{Response: []int32{4}}, {Response: []int32{5, 6}}, {}}
	told := func(b *Batch, labels [][]int32, acts []int32) *Batch { b.Labels, b.Acts = labels, acts; return b }
	for name, test := range map[string]struct{ of, part, twice *Batch }{
		"dialogue": {NewBatch(talk, true), NewBatch(talk[1:3], true), NewBatch([]Example{talk[0], talk[1], talk[2], talk[0], talk[1], talk[2]}, true)},
		"text":     {NewBatch(text, false), NewBatch(text[1:3], false), NewBatch([]Example{text[0], text[1], text[2], text[0], text[1], text[2]}, false)},
		"told": {
			told(NewBatch(talk, true), [][]int32{{1, 2}, {3, 0}, {0, 0}}, []int32{4, 5, 0}),
			told(NewBatch(talk[1:3], true), [][]int32{{3, 0}, {0, 0}}, []int32{5, 0}),
			told(NewBatch([]Example{talk[0], talk[1], talk[2], talk[0], talk[1], talk[2]}, true),
				[][]int32{{1, 2}, {3, 0}, {0, 0}, {1, 2}, {3, 0}, {0, 0}}, []int32{4, 5, 0, 4, 5, 0}),
		},
	} {
		for what, got := range map[*Batch]*Batch{test.part: test.of.Slice(1, 3), test.twice: test.of.Repeat(2), test.of: test.of.Slice(0, 3)} {
			if diff := cmp.Diff(what, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}
