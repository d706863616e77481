package op

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// TestPool pools states of one hidden unit by hand: the sequences are 1 4 2 and 3,
// and one of a step 5, laid out longest first.
func TestPool(t *testing.T) {
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	var seq ragged
	seq.layout([]int{1, 3})
	hidden := []float64{1, 5, 4, 2} // step 0 of both, steps 1 and 2 of the longer
	for _, c := range []struct {
		pool               Pool
		features, gradient []float64
	}{
		{LastState, hidden, []float64{10, 20, 30, 60}},
		// (1+4)/2 = 2.5 and (1+4+2)/3; the gradient of a state is 30/2 or 60/3
		// for every prefix it is in.
		{MeanState, []float64{1, 5, 2.5, 7. / 3}, []float64{10 + 15 + 20, 20, 15 + 20, 20}},
		{MaxState, []float64{1, 5, 4, 4}, []float64{10, 20, 30 + 60, 0}},
	} {
		p := pooling[float64]{dfeatures: []float64{10, 20, 30, 60}}
		p.forward(team, c.pool, &seq, 1, hidden)
		p.backward(team)
		if !slices.Equal(p.features, c.features) {
			t.Errorf("%s: features %v, want %v", c.pool, p.features, c.features)
		}
		if !slices.Equal(p.dfeatures, c.gradient) {
			t.Errorf("%s: gradients %v, want %v", c.pool, p.dfeatures, c.gradient)
		}
	}
}

// TestPoolOfOneWord is the same for all: the state after it.
func TestPoolOfOneWord(t *testing.T) {
	want := features(t, LastState, [][]int32{{4}, {5}})
	for _, pool := range Pools() {
		if got := features(t, pool, [][]int32{{4}, {5}}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", pool, got, want)
		}
	}
	if slices.Equal(features(t, MeanState, [][]int32{{4, 5}}), features(t, MaxState, [][]int32{{4, 5}})) {
		t.Error("of two words the mean and the largest are the same")
	}
}

// TestPoolOfPadding: longer sequences beside it change no feature of a short one.
func TestPoolOfPadding(t *testing.T) {
	for _, pool := range Pools() {
		alone := features(t, pool, [][]int32{{6, 7}})
		for _, beside := range [][]int32{{8, 9, 10, 4, 4}, {4, 4, 10, 9, 8}} {
			if got := features(t, pool, [][]int32{{6, 7}, beside})[:len(alone)]; !slices.Equal(got, alone) {
				t.Errorf("%s: beside %v the features are %v, alone %v", pool, beside, got, alone)
			}
		}
	}
}

// features is the features of utterances by a small encoder of both directions.
func features(t *testing.T, pool Pool, utterances [][]int32) []float64 {
	return slotted(t, pool, utterances, 1)
}

// slotted is the features of their prefixes.
func slotted(t *testing.T, pool Pool, utterances [][]int32, slots int) []float64 {
	t.Helper()
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	weight := func(rows, cols int, embedding bool) *Weight[float64] {
		w := NewWeight[float64](rows, cols, embedding)
		for i := range w.Value {
			w.Value[i] = float64((i*7+3)%11)/11 - 0.4
		}
		return w
	}
	layer := func() *Recurrent[float64] {
		return &Recurrent[float64]{Cell: GRU, Hidden: 3, Input: weight(9, 2, false), State: weight(9, 3, false), Bias: weight(1, 9, false), StateBias: weight(1, 9, false)}
	}
	w := &Reader[float64]{Pool: pool, Embedding: weight(11, 2, true), Forward: layer(), Backward: layer()}
	out := make([]float64, len(utterances)*slots*w.Width())
	(&reading[float64]{}).forward(team, w, utterances, slots, out)
	return out
}

// TestSlots: the slots in use are the features of the prefixes, the last one those
// of the whole utterance, and the rest is 0.
func TestSlots(t *testing.T) {
	long, short := []int32{4, 5, 6}, []int32{7}
	for _, pool := range Pools() {
		for _, slots := range []int{1, 2, 3, 5} {
			got := slotted(t, pool, [][]int32{long, short}, slots)
			width := len(got) / (2 * slots)
			for k := range slots {
				want := make([]float64, width)
				if k < 3 {
					// both directions have read k+1 words, each from its end
					forward, backward := features(t, pool, [][]int32{long[:k+1]}), features(t, pool, [][]int32{long[2-k:]})
					copy(want, forward[:width/2])
					copy(want[width/2:], backward[width/2:])
				}
				if k == slots-1 && slots <= 3 {
					want = features(t, pool, [][]int32{long})
				}
				if !slices.Equal(got[k*width:(k+1)*width], want) {
					t.Errorf("%s, %d slots: slot %d is %v, want %v", pool, slots, k, got[k*width:(k+1)*width], want)
				}
			}
			if one := got[slots*width:]; !slices.Equal(one[:width], features(t, pool, [][]int32{short})) || slices.ContainsFunc(one[width:], func(v float64) bool { return v != 0 }) {
				t.Errorf("%s, %d slots of one word: %v", pool, slots, one)
			}
		}
	}
}
