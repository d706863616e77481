package op

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// newNorm is a layer normalisation of n features with gains about 1.
func newNorm(n, seed int, rectified bool) *Norm[float64] {
	w := &Norm[float64]{Gain: newWeight(1, n, seed), Bias: newWeight(1, n, seed+1), Rectified: rectified}
	for i := range w.Gain.Value {
		w.Gain.Value[i]++
	}
	return w
}

// newCNN is a CNN of embeddings of 3, 4 features and 5 inner channels.
func newCNN(dilations ...int) *CNN[float64] {
	w := &CNN[float64]{Stem: &Stem[float64]{Hidden: 4, Input: newWeight(4, 3, 1)}}
	for i, dilation := range dilations {
		w.Blocks = append(w.Blocks, &Convolution[float64]{Dilation: dilation,
			In: newWeight(5, 4, 10+i), NormIn: newNorm(5, 20+i, true), Taps: newWeight(5, 15, 30+i), NormTaps: newNorm(5, 40+i, true),
			Out: newWeight(4, 5, 50+i), NormOut: newNorm(4, 60+i, true)})
	}
	return w
}

// states runs a network over sequences of embeddings of 3, each of the words of a
// vocabulary of 9, and returns the hidden states by sequence and step.
func hiddenStates(team *kernel.Team, w Network[float64], start, extra []float64, words ...[]int32) [][][]float64 {
	var seq ragged
	var lengths []int
	for _, s := range words {
		lengths = append(lengths, len(s))
	}
	seq.layout(lengths)
	e := newEmbedding()
	var in input[float64]
	in.read(team, e, seq.tokens(nil, words, false))
	hidden := w.run(nil).forward(team, &seq, &in, start, extra)
	out := make([][][]float64, len(words))
	for p, i := range seq.order {
		for step := range seq.length[p] {
			out[i] = append(out[i], row(hidden, seq.offset[step]+p, w.Width()))
		}
	}
	return out
}

func newEmbedding() *Weight[float64] {
	e := NewWeight[float64](9, 3, true)
	fill(e.Value, 77)
	return e
}

// TestCNNReach: a word is seen by the state after it and 2·Σ dilation states on, and
// by no other. The decoders of Yang et al. 2017 see 15, 63, 125 and 187 words: the small
// one has the dilations 1, 2, 4, the medium one 1 to 16, the large and the very large
// one those twice and three times. Of the first of 125 words too little reaches the last
// state for a digit of it, so what a state knows is read off its gradient as well.
func TestCNNReach(t *testing.T) {
	medium := []int{1, 2, 4, 8, 16}
	for field, dilations := range map[int][]int{
		15: {1, 2, 4}, 63: medium, 125: slices.Repeat(medium, 2), 187: slices.Repeat(medium, 3),
	} {
		team, w := newTeam(t, 2), newCNN(dilations...)
		const at = 17
		n := at + field + 20
		words, changed := make([]int32, n), make([]int32, n)
		for i := range words {
			words[i] = int32((i*i + i/3) % 9)
			changed[i] = words[i]
		}
		changed[at] = (changed[at] + 4) % 9
		all := hiddenStates(team, w, nil, nil, words, changed, words[:9])
		for step := range n {
			different, end := !slices.Equal(all[0][step], all[1][step]), step == at || step == at+field-1 && field < 100
			if outside := step < at || step >= at+field; outside && different || end && !different {
				t.Errorf("of %d words state %d knows word %d: %t", field, step, at, different)
			}
		}
		last := at + field - 1
		for word, slope := range slopes(team, w, words, last) {
			// Words between may stay behind rectifiers, but not both ends.
			knows := slices.ContainsFunc(slope, func(v float64) bool { return v != 0 })
			if outside := word < at || word > last; outside == knows && (outside || word == at || word == last) {
				t.Errorf("of %d words state %d depends on word %d: %t", field, last, word, knows)
			}
		}
	}
}

// slopes is the gradient of the sum of a hidden state by the embedding of every word of a
// sequence.
func slopes(team *kernel.Team, w *CNN[float64], words []int32, state int) (all [][]float64) {
	var seq ragged
	seq.layout([]int{len(words)})
	var in input[float64]
	in.readEach(team, newEmbedding(), words)
	r := w.run(nil)
	d := make([]float64, len(r.forward(team, &seq, &in, nil, nil)))
	for i := range row(d, state, w.Width()) {
		d[state*w.Width()+i] = 1
	}
	r.backward(team, &seq, &in, d, nil, nil)
	for i := range words {
		all = append(all, row(in.dx, i, 3))
	}
	return all
}

// TestCNNRing: advanced word by word, past the longest ring and with other sequences
// beside it, a state is that of the whole sequence.
func TestCNNRing(t *testing.T) {
	team, w, e := newTeam(t, 1), newCNN(1, 2, 4, 8, 16, 1), newEmbedding()
	sequences := make([][]int32, 3)
	for p := range sequences {
		for i := range 90 {
			sequences[p] = append(sequences[p], int32((i*i+p*i+p)%9))
		}
	}
	start := make([]float64, 3*w.Width())
	fill(start, 5)
	all := hiddenStates(team, w, start, nil, sequences...)
	s := w.begin(team, 3, start, nil)
	var in input[float64]
	for step := range sequences[0] {
		in.read(team, e, []int32{sequences[0][step], sequences[1][step], sequences[2][step]})
		got := s.advance(&in, nil)
		for p := range sequences {
			for k, v := range all[p][step] {
				close(t, fmt.Sprintf("state %d of sequence %d", step, p), got[p*w.Width()+k], v)
			}
		}
	}
}

// TestCNNDefinition compares with the formula of a block, written out, on two
// sequences; start and extra are added to every embedding.
func TestCNNDefinition(t *testing.T) {
	team, w, e := newTeam(t, 1), newCNN(2, 1), newEmbedding()
	start, extra := make([]float64, 8), make([]float64, 8)
	fill(start, 5)
	fill(extra, 6)
	words := [][]int32{{4, 5, 6, 4, 8, 2, 3}, {7, 1}}
	all := hiddenStates(team, w, start, extra, words...)
	for i, s := range words {
		x := make([][]float64, len(s))
		for step, word := range s {
			x[step] = times(w.Stem.Input, row(e.Value, int(word), 3))
			for k := range 4 {
				x[step][k] += start[i*4+k] + extra[i*4+k]
			}
		}
		for _, b := range w.Blocks {
			x = literalBlock(b, x)
		}
		for step := range x {
			for k, v := range x[step] {
				close(t, "a hidden state", all[i][step][k], v)
			}
		}
	}
}

func literalBlock(b *Convolution[float64], x [][]float64) (out [][]float64) {
	var inner [][]float64
	for _, v := range x {
		inner = append(inner, rectified(b.NormIn, times(b.In, v)))
	}
	for step, v := range x {
		var window []float64
		for _, back := range []int{2 * b.Dilation, b.Dilation, 0} {
			if step < back {
				window = append(window, make([]float64, 5)...)
			} else {
				window = append(window, inner[step-back]...)
			}
		}
		y := rectified(b.NormOut, times(b.Out, rectified(b.NormTaps, times(b.Taps, window))))
		for k := range y {
			y[k] += v[k]
		}
		out = append(out, y)
	}
	return out
}

// times is W·x.
func times(w *Weight[float64], x []float64) []float64 {
	y := make([]float64, w.Rows)
	for i := range y {
		for k, v := range x {
			y[i] += w.Value[i*w.Cols+k] * v
		}
	}
	return y
}

// normalised is the layer norm of x with its gain and bias.
func normalised(w *Norm[float64], x []float64) []float64 {
	m, variance := mean(x), 0.0
	for _, v := range x {
		variance += (v - m) * (v - m) / float64(len(x))
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = (v-m)/math.Sqrt(variance+1e-5)*w.Gain.Value[i] + w.Bias.Value[i]
	}
	return y
}

func rectified(w *Norm[float64], x []float64) []float64 {
	y := normalised(w, x)
	for i := range y {
		y[i] = max(y[i], 0)
	}
	return y
}
