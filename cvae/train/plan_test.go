package train

import (
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// sentences is a set of n sentences of 1 to 9 words, in text mode.
func sentences(t testing.TB, n int) *dialog.Set {
	t.Helper()
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strings.Repeat("word ", 1+i*i%9)
	}
	var turns iter.Seq2[string, error] = func(yield func(string, error) bool) { yield("word", nil) }
	words, err := tokenize.TrainWords(turns, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := dialog.Encode(func(yield func(dialog.Dialogue, error) bool) {
		for _, text := range texts {
			if !yield(dialog.Dialogue{Turns: []dialog.Turn{{Text: text}}}, nil) {
				return
			}
		}
	}, words, dialog.Window{Response: 20}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// batchesOf are the batches of a plan, asked for from the last to the first: the
// order in which they are asked for must not matter.
func batchesOf(p plan) [][]int {
	all := make([][]int, p.size())
	for k := len(all) - 1; k >= 0; k-- {
		all[k] = p.batch(k)
	}
	return all
}

// TestWindowed checks that batches are full, that no example comes twice and
// that fewer than a batch of them are left out.
func TestWindowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, batch := rapid.IntRange(0, 700).Draw(t, "examples"), rapid.IntRange(2, 7).Draw(t, "batch")
		width := rapid.SampledFrom([]int{1, 3, LengthWindow}).Draw(t, "width")
		set, seen := sentences(&testing.T{}, n), map[int]bool{}
		for _, b := range batchesOf(windowed(set, batch, width, 3, 2)) {
			if len(b) != batch {
				t.Fatalf("a batch of %d examples, not %d", len(b), batch)
			}
			for _, e := range b {
				if seen[e] {
					t.Fatalf("example %d comes twice", e)
				}
				seen[e] = true
			}
		}
		if left := n - len(seen); left >= batch {
			t.Fatalf("%d examples are left out of batches of %d", left, batch)
		}
	})
}

// TestWindowsAreSorted checks that most batches hold nearly one length.
func TestWindowsAreSorted(t *testing.T) {
	set, wide := sentences(t, 2000), 0
	p := batchesOf(windowed(set, 10, LengthWindow, 1, 0))
	for _, b := range p {
		if set.Length(b[len(b)-1])-set.Length(b[0]) > 1 {
			wide++
		}
	}
	if wide > len(p)/20 {
		t.Errorf("%d of %d batches are wider than one word", wide, len(p))
	}
}

// TestSameLength checks that every batch has one length and that none is too
// small; the batches stay the same from epoch to epoch, their order does not.
func TestSameLength(t *testing.T) {
	set := sentences(t, 500)
	first, second := batchesOf(sameLength(set, 8, 3, 1, 0)), batchesOf(sameLength(set, 8, 3, 1, 1))
	for _, b := range first {
		if len(b) < 3 || len(b) > 8 {
			t.Errorf("a batch of %d", len(b))
		}
		for _, e := range b {
			if set.Length(e) != set.Length(b[0]) {
				t.Errorf("lengths %d and %d in one batch", set.Length(e), set.Length(b[0]))
			}
		}
	}
	if reflect.DeepEqual(first, second) {
		t.Error("two epochs have one order")
	}
	if !reflect.DeepEqual(keys(first), keys(second)) {
		t.Error("two epochs have different batches")
	}
}

func keys(p [][]int) map[int]int {
	out := map[int]int{}
	for _, b := range p {
		out[b[0]] = len(b)
	}
	return out
}

// TestDrawn checks that batches are full and of one group each, that no example
// comes twice and that fewer than a batch of each group are left out; and that
// batches which are kept are those of every epoch, in another order, where
// others have other companions.
func TestDrawn(t *testing.T) {
	groups, sizes := make([]int, 200), map[int]int{}
	for i := range groups {
		groups[i] = i * i % 7 // four groups
		sizes[groups[i]]++
	}
	for _, of := range [][]int{nil, groups} {
		for _, kept := range []bool{true, false} {
			first, second := batchesOf(drawn(200, of, 6, kept, 1, 0)), batchesOf(drawn(200, of, 6, kept, 1, 1))
			seen, batches := map[int]bool{}, map[int]int{}
			for _, b := range first {
				for _, e := range b {
					if seen[e] || len(b) != 6 || of != nil && of[e] != of[b[0]] {
						t.Errorf("kept %t: the batch %v", kept, b)
					}
					seen[e] = true
				}
				if of != nil {
					batches[of[b[0]]]++
				}
			}
			if of == nil && len(first) != 200/6 {
				t.Errorf("kept %t: %d batches of 6 of 200 examples", kept, len(first))
			}
			for group, n := range batches {
				if n != sizes[group]/6 {
					t.Errorf("kept %t: group %d of %d has %d batches of 6", kept, group, sizes[group], n)
				}
			}
			if reflect.DeepEqual(first, second) {
				t.Errorf("kept %t: two epochs have one order", kept)
			}
			if same := reflect.DeepEqual(keys(first), keys(second)); same != kept {
				t.Errorf("kept %t: the batches of two epochs are the same: %t", kept, same)
			}
		}
	}
}

// TestPlanIsAFunction checks that a plan depends on seed and epoch alone.
func TestPlanIsAFunction(t *testing.T) {
	set := sentences(t, 300)
	for _, make := range []func(uint64, int) [][]int{
		func(seed uint64, epoch int) [][]int { return batchesOf(windowed(set, 8, 4, seed, epoch)) },
		func(seed uint64, epoch int) [][]int { return batchesOf(sameLength(set, 8, 2, seed, epoch)) },
		func(seed uint64, epoch int) [][]int { return batchesOf(drawn(300, nil, 8, false, seed, epoch)) },
		func(seed uint64, epoch int) [][]int { return batchesOf(drawn(300, nil, 8, true, seed, epoch)) },
	} {
		if !reflect.DeepEqual(make(1, 4), make(1, 4)) {
			t.Error("the same seed and epoch gave two plans")
		}
		if reflect.DeepEqual(make(1, 4), make(1, 5)) || reflect.DeepEqual(make(1, 4), make(2, 4)) {
			t.Error("another seed or epoch gave the same plan")
		}
	}
}

// TestPlanStays: the batches of one set, seed and epoch are those of the first
// release, or runs saved by it would go on with other batches.
func TestPlanStays(t *testing.T) {
	set := sentences(t, 20)
	for name, c := range map[string]struct {
		got  plan
		want string
	}{
		"windowed": {windowed(set, 3, 2, 1, 1), "[[18 8 2] [7 11 4] [19 17 16] [3 6 0] [9 12 10] [13 5 14]]"},
		"same":     {sameLength(set, 3, 2, 1, 1), "[[6 0 3] [2 11 16] [12 15 9] [4 13 5] [8 10] [17 19 1]]"},
		"drawn":    {drawn(20, nil, 6, true, 1, 1), "[[5 16 15 13 3 1] [14 0 8 19 2 12] [17 9 6 10 18 4]]"},
	} {
		if got := fmt.Sprint(batchesOf(c.got)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
