package op

import (
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// sentences is n responses of the word 4, of uneven lengths up to 30.
func sentences(n int, seed uint64, step int) *Batch {
	var all [][]int32
	for i := range n {
		all = append(all, slices.Repeat([]int32{4}, 1+i*7%29))
	}
	b := words(all...)
	b.Seed, b.Step = seed, step
	return b
}

// read is the inputs of a batch, in the order of its layout, and what they
// predict.
func read(team *kernel.Team, b *Batch, p float64, second bool) (inputs, predicted []int32, d *decoding[float64]) {
	w := decoder()
	w.DropWords = p
	d = newDecoding(w, nil)
	d.second = second
	d.arrange(b.Batch, nil, nil)
	d.dropWords(team, b)
	return d.ids, d.words.words, d
}

// TestWordDropout: with probability 0 nothing changes; else words are read as
// <unk> at that rate, but <s> never, and what is predicted stays.
func TestWordDropout(t *testing.T) {
	const p = 0.4
	team, b := newTeam(t, 1), sentences(400, 3, 5)
	whole, targets, d := read(team, b, 0, false)
	inputs, predicted, _ := read(team, b, p, false)
	if !slices.Equal(predicted, targets) {
		t.Error("word dropout changes what is predicted")
	}
	first, dropped := d.seq.sequences(), 0
	for i, id := range inputs {
		switch {
		case i < first && (id != tokenize.Start || whole[i] != tokenize.Start):
			t.Fatalf("sequence %d begins with %d", i, id)
		case id == tokenize.Unk && whole[i] == 4:
			dropped++
		case id != whole[i]:
			t.Fatalf("input %d is %d, not %d", i, id, whole[i])
		}
	}
	// The rate has the standard deviation of so many coins: allow five.
	n := float64(len(inputs) - first)
	if rate := float64(dropped) / n; math.Abs(rate-p) > 5*math.Sqrt(p*(1-p)/n) {
		t.Errorf("%v of %v words are dropped", rate, n)
	}
}

// TestWordDropoutDraws depend on seed, step, row and pass alone.
func TestWordDropoutDraws(t *testing.T) {
	one, several := newTeam(t, 1), newTeam(t, 3)
	want, _, _ := read(one, sentences(60, 3, 5), 0.4, false)
	for name, test := range map[string]struct {
		team   *kernel.Team
		b      *Batch
		second bool
		same   bool
	}{
		"again": {one, sentences(60, 3, 5), false, true}, "threads": {several, sentences(60, 3, 5), false, true},
		"seed": {one, sentences(60, 4, 5), false, false}, "step": {one, sentences(60, 3, 6), false, false},
		"second pass": {one, sentences(60, 3, 5), true, false},
	} {
		if got, _, _ := read(test.team, test.b, 0.4, test.second); slices.Equal(got, want) != test.same {
			t.Errorf("%s: the same draws is %v", name, !test.same)
		}
	}
}

// TestStreamsStayApart: the masks of words and elements of both passes come
// from streams of their own.
func TestStreamsStayApart(t *testing.T) {
	seen := map[uint64]bool{}
	for _, second := range []bool{false, true} {
		d := decoding[float64]{second: second}
		d.seq.layout([]int{2, 1, 3})
		for position := range 3 {
			for _, step := range []int{0, 1, 2} {
				for _, at := range []int{step, ^step} {
					s := d.stream(&Batch{Seed: 1}, 5, at, position)
					seen[s.Uint64()] = true
				}
			}
		}
	}
	if len(seen) != 2*3*3*2 {
		t.Errorf("%d different streams", len(seen))
	}
}
