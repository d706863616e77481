package dialog_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// exchanged is a batch of n examples: example i has two turns, 10i+1 and 10i+2, and answers
// 10i+3 four times; the last example has its second turn alone.
func exchanged(n int, start bool) *dialog.Batch {
	var list []dialog.Example
	for i := range int32(n) {
		at := 100 + 10*i
		e := dialog.Example{Context: [][]int32{{at + 1}, {at + 2}}, Floor: []uint8{1, 0}, Response: []int32{at + 3, at + 3, at + 3, at + 3}}
		if int(i) == n-1 {
			e.Context, e.Floor = e.Context[1:], e.Floor[1:]
		}
		list = append(list, e)
	}
	return dialog.NewBatch(list, start)
}

// TestExchange: the last turn and the response stay; what stands before it is the response of
// another example, cut, said by the responding speaker.
func TestExchange(t *testing.T) {
	for _, start := range []bool{false, true} {
		whole, b, draw := exchanged(5, start), exchanged(5, start), rng.New(1, rng.Exchange, 0, 0)
		b.Exchange(&draw, 1, 3)
		for i, turns := range b.Context {
			first := slices.DeleteFunc(slices.Clone(turns[0]), func(id int32) bool { return id == tokenize.Start })
			from := (first[0] - 103) / 10
			if len(turns) != 2 || from == int32(i) || !reflect.DeepEqual(first, []int32{100 + 10*from + 3, 100 + 10*from + 3, tokenize.End}) {
				t.Errorf("example %d has the past %v", i, turns)
			}
			if len(turns[0]) != 3+map[bool]int{true: 1}[start] || (turns[0][0] == tokenize.Start) != start {
				t.Errorf("example %d: <s> of %v", i, turns[0])
			}
			if was := whole.Context[i]; !reflect.DeepEqual(turns[1], was[len(was)-1]) || !reflect.DeepEqual(b.Floor[i], []uint8{1, 0}) {
				t.Errorf("example %d ends in %v, floor %v", i, turns[1], b.Floor[i])
			}
		}
		if !reflect.DeepEqual(b.Target, whole.Target) || !reflect.DeepEqual(b.Encoded, whole.Encoded) {
			t.Error("the responses changed")
		}
	}
}

// TestExchangeShare: nothing happens at share 0 or to a batch of one; a share is met within
// four standard deviations, and a greater one exchanges the same examples and more.
func TestExchangeShare(t *testing.T) {
	past := func(n int, share float64) (changed []int) {
		whole, b, draw := exchanged(n, false), exchanged(n, false), rng.New(7, rng.Exchange, 1, 2)
		b.Exchange(&draw, share, 20)
		for i := range b.Context {
			if !reflect.DeepEqual(b.Context[i], whole.Context[i]) {
				changed = append(changed, i)
			}
		}
		return changed
	}
	if got := append(past(100, 0), past(1, 1)...); got != nil {
		t.Errorf("exchanged %v", got)
	}
	some, more := past(1000, 0.3), past(1000, 0.6)
	if n := len(some); n < 242 || n > 358 { // 300 ± 4·√(1000·0.3·0.7)
		t.Errorf("%d of 1000 exchanged at 0.3", n)
	}
	for _, i := range some {
		if !slices.Contains(more, i) {
			t.Fatalf("example %d is exchanged at 0.3 and not at 0.6", i)
		}
	}
}
