package op

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sequences draws token sequences, none empty.
func sequences(t *rapid.T) (all [][]int32, lengths []int) {
	for range rapid.IntRange(1, 12).Draw(t, "sequences") {
		s := rapid.SliceOfN(rapid.Int32Range(0, 99), 1, 9).Draw(t, "sequence")
		all, lengths = append(all, s), append(lengths, len(s))
	}
	return all, lengths
}

// TestRaggedLayout: what the layout promises, for any lengths, also when it is
// used again.
func TestRaggedLayout(t *testing.T) {
	var r ragged
	rapid.Check(t, func(t *rapid.T) {
		_, lengths := sequences(t)
		r.layout(lengths)
		total := 0
		for p, s := range r.order {
			total += lengths[s]
			if r.length[p] != lengths[s] {
				t.Fatalf("position %d has length %d, its sequence %d", p, r.length[p], lengths[s])
			}
			if p > 0 && (r.length[p] > r.length[p-1] || r.length[p] == r.length[p-1] && s < r.order[p-1]) {
				t.Fatalf("order %v of %v is not stable, longest first", r.order, lengths)
			}
		}
		if sorted := slices.Sorted(slices.Values(r.order)); sorted[0] != 0 || sorted[len(sorted)-1] != len(lengths)-1 || len(slices.Compact(sorted)) != len(lengths) {
			t.Fatalf("order %v is no permutation", r.order)
		}
		if r.rows() != total || r.sequences() != len(lengths) || r.steps() != slices.Max(lengths) {
			t.Fatalf("%d rows, %d sequences, %d steps of %v", r.rows(), r.sequences(), r.steps(), lengths)
		}
		for step := range r.steps() {
			for p := range r.sequences() {
				if (p < r.alive(step)) != (step < r.length[p]) {
					t.Fatalf("step %d: %d are alive of %v", step, r.alive(step), r.length)
				}
			}
		}
	})
}

// TestRaggedTokens finds every token again, from either end.
func TestRaggedTokens(t *testing.T) {
	var r ragged
	var ids []int32
	rapid.Check(t, func(t *rapid.T) {
		all, lengths := sequences(t)
		r.layout(lengths)
		for _, reverse := range []bool{false, true} {
			ids = r.tokens(ids, all, reverse)
			for p, s := range r.order {
				var got []int32
				for step := range r.length[p] {
					got = append(got, ids[r.offset[step]+p])
				}
				if got[len(got)-1] != ids[r.last(p)] {
					t.Fatalf("the last row of position %d is not its last token", p)
				}
				if reverse {
					slices.Reverse(got)
				}
				if !slices.Equal(got, all[s]) {
					t.Fatalf("reverse %v: sequence %d reads %v, not %v", reverse, s, got, all[s])
				}
			}
		}
	})
}

// TestStepOf finds the step of every row.
func TestStepOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, lengths := sequences(t)
		var d decoding[float32]
		d.seq.layout(lengths)
		for step := range d.seq.steps() {
			for row := d.seq.offset[step]; row < d.seq.offset[step+1]; row++ {
				if got := d.stepOf(row); got != step {
					t.Fatalf("row %d is of step %d, not %d", row, step, got)
				}
			}
		}
	})
}
