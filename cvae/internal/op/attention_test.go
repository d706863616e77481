package op

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// newSource is the states (3) of the words of two contexts, of three words and of one.
func newSource() *Source[float64] {
	s := &Source[float64]{}
	s.arrange([][][]int32{{{1}, {2, 3}}, {{4}}}, 3, 5, true)
	fill(s.rows, 41)
	return s
}

// statesOf are those of the words of an example.
func statesOf(s *Source[float64], example int) (states [][]float64) {
	for k := range s.count[example] {
		states = append(states, row(s.rows, s.first[example]+k, 3))
	}
	return states
}

// TestSourceArrange: words lie example by example, turn by turn; ages count from the
// last turn back and end at the oldest there is.
func TestSourceArrange(t *testing.T) {
	s := &Source[float64]{}
	s.arrange([][][]int32{{{1, 1}, {2}, {3, 3}}, {{4}}}, 2, 2, true)
	for what, pair := range map[string][2][]int{
		"first": {s.first, {0, 5}}, "count": {s.count, {5, 1}}, "turn": {s.turn, {0, 2, 3, 5}},
		"age": {ints(s.age), {1, 1, 1, 0, 0, 0}}, "memory": {{len(s.rows), len(s.grad)}, {12, 12}},
	} {
		for i, v := range pair[1] {
			if pair[0][i] != v {
				t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
				break
			}
		}
	}
}

func ints(x []int32) (out []int) {
	for _, v := range x {
		out = append(out, int(v))
	}
	return out
}

// TestSourceStates: the states of a word are those after it, in either direction, where
// a turn of one word is its own features.
func TestSourceStates(t *testing.T) {
	team := newTeam(t, 1)
	turns := &Reader[float32]{Embedding: NewWeight[float32](sizeV, sizeE, true), Forward: layer(LSTM, sizeE), Backward: layer(LSTM, sizeE)}
	for i, w := range []*Weight[float32]{turns.Embedding, turns.Forward.Input, turns.Forward.State, turns.Backward.Input, turns.Backward.State} {
		for k := range w.Value {
			w.Value[k] = float32(math.Sin(float64(k*(i+3) + i)))
		}
		w.Changed()
	}
	words := [][][]int32{{{5, 6, 7}, {8}}, {{9, 5}}}
	read := func(utterances ...[]int32) []float32 {
		var r reading[float32]
		out := make([]float32, len(utterances)*turns.Width())
		r.forward(team, turns, utterances, 1, out)
		return out
	}
	s := &Source[float32]{}
	s.arrange(words, turns.Width(), 3, false)
	r := reading[float32]{source: s}
	r.forward(team, turns, [][]int32{{5, 6, 7}, {8}, {9, 5}}, 1, make([]float32, 3*turns.Width()))
	h, word := sizeH, 0
	for _, turn := range [][]int32{{5, 6, 7}, {8}, {9, 5}} {
		for k := range turn {
			before, after := read(turn[:k+1]), read(turn[k:])
			got := row(s.rows, word, turns.Width())
			for i := range h {
				if got[i] != before[i] || got[h+i] != after[h+i] {
					t.Fatalf("word %d of turn %v: %v, want %v and %v", k, turn, got, before[:h], after[h:])
				}
			}
			word++
		}
	}
}

// TestAttentionDefinition compares with the formulas of Luong et al. 2015, written out.
func TestAttentionDefinition(t *testing.T) {
	team, s := newTeam(t, 2), newSource()
	w := &Attention[float64]{Query: newWeight(3, 4, 1), Hidden: newWeight(4, 4, 2), Looked: newWeight(4, 3, 3)}
	var seq ragged
	seq.layout([]int{2, 5})
	hidden := make([]float64, seq.rows()*4)
	fill(hidden, 9)
	out := (&attentive[float64]{Attention: w}).forward(team, &seq, s, seq.order, hidden)
	for p, example := range seq.order {
		for step := range seq.length[p] {
			r := seq.offset[step] + p
			h, states := row(hidden, r, 4), statesOf(s, example)
			// weighted scales by 1/√3, which the score "general" does not.
			query := times(w.Query, h)
			for i := range query {
				query[i] *= math.Sqrt(3)
			}
			want := plus(times(w.Hidden, h), times(w.Looked, weighted(query, states, states)))
			for k, v := range want {
				close(t, "h̃", row(out, r, 4)[k], math.Tanh(v))
			}
		}
	}
}

// TestCrossAttentionDefinition compares with the formulas of a block's sub-layer,
// written out, of two heads.
func TestCrossAttentionDefinition(t *testing.T) {
	team, s := newTeam(t, 2), newSource()
	w := &CrossAttention[float64]{Norm: newNorm(4, 1, false), Query: newWeight(4, 4, 2), QueryBias: newWeight(1, 4, 3),
		In: newWeight(8, 3, 4), InBias: newWeight(1, 8, 5), Out: newWeight(4, 4, 6), OutBias: newWeight(1, 4, 7)}
	var seq ragged
	seq.layout([]int{2, 5})
	x, before := make([]float64, seq.rows()*4), make([]float64, seq.rows()*4)
	fill(x, 9)
	copy(before, x)
	c := crossing[float64]{CrossAttention: w, heads: 2}
	c.project(team, s)
	c.forward(team, &seq, s, seq.order, x, make([]float64, len(x)))
	for p, example := range seq.order {
		var k, v [][]float64
		for _, state := range statesOf(s, example) {
			both := plus(times(w.In, state), w.InBias.Value)
			k, v = append(k, both[:4]), append(v, both[4:])
		}
		for step := range seq.length[p] {
			r := seq.offset[step] + p
			was := row(before, r, 4)
			q, seen := plus(times(w.Query, normalised(w.Norm, was)), w.QueryBias.Value), []float64(nil)
			for h := 0; h < 4; h += 2 {
				seen = append(seen, weighted(q[h:h+2], columns(k, h, h+2), columns(v, h, h+2))...)
			}
			for i, want := range plus(plus(was, times(w.Out, seen)), w.OutBias.Value) {
				close(t, "the stream", row(x, r, 4)[i], want)
			}
		}
	}
}

// TestAttentionAllocatesNothing once its memory has grown, in a training step of the
// context encoder and a decoder that attends to it.
func TestAttentionAllocatesNothing(t *testing.T) {
	batch := &Batch{Batch: talks(sizeN), Weight: 1. / sizeN}
	weight := func(rows, cols int) *Weight[float32] { return NewWeight[float32](rows, cols, false) }
	norm := func(n int) *Norm[float32] { return &Norm[float32]{Gain: weight(1, n), Bias: weight(1, n)} }
	for name, network := range map[string]func() (Network[float32], *Attention[float32]){
		"rnn": func() (Network[float32], *Attention[float32]) {
			return layer(GRU, sizeE), &Attention[float32]{Query: weight(2*sizeH, sizeH), Hidden: weight(sizeH, sizeH), Looked: weight(sizeH, 2*sizeH)}
		},
		"transformer": func() (Network[float32], *Attention[float32]) {
			return &Transformer[float32]{Stem: &Stem[float32]{Hidden: sizeH, Input: weight(sizeH, sizeE), Positions: weight(31, sizeH)}, Heads: 2, Norm: norm(sizeH),
				Blocks: []*TransformerBlock[float32]{{Norm: norm(sizeH), FeedNorm: norm(sizeH), In: weight(3*sizeH, sizeH), InBias: weight(1, 3*sizeH),
					Out: weight(sizeH, sizeH), OutBias: weight(1, sizeH), Memory: weight(sizeH, sizeH),
					Cross: &CrossAttention[float32]{Norm: norm(sizeH), Query: weight(sizeH, sizeH), QueryBias: weight(1, sizeH), In: weight(2*sizeH, 2*sizeH),
						InBias: weight(1, 2*sizeH), Out: weight(sizeH, sizeH), OutBias: weight(1, sizeH)},
					Feed: &FeedForward[float32]{Activation: GELU, Up: weight(20, sizeH), UpBias: weight(1, 20), Down: weight(sizeH, 20), DownBias: weight(1, sizeH)}}}}, nil
		},
	} {
		nothing(t, name, func(team *kernel.Team) func() {
			turns := &Reader[float32]{Embedding: NewWeight[float32](sizeV, sizeE, true), Forward: layer(GRU, sizeE), Backward: layer(GRU, sizeE)}
			source := &Source[float32]{}
			c := contextPass[float32]{ContextEncoder: &ContextEncoder[float32]{Turns: turns, Layer: layer(GRU, 2*sizeH), Age: weight(3, 2*sizeH)}, turns: reading[float32]{source: source}}
			d := &Autoregressive[float32]{Embedding: NewWeight[float32](sizeV, sizeE, true), Output: &Output[float32]{Weight: weight(sizeV, sizeH)}}
			d.Network, d.Attention = network()
			s, loss := d.Scorer(true, source), make([]float64, sizeN)
			context, start, dstart := make([]float32, sizeN*sizeH), make([]float32, sizeN*sizeH), make([]float32, sizeN*sizeH)
			return func() {
				c.forward(team, batch.Batch, context, true)
				s.Forward(team, batch, start, nil, loss)
				s.Backward(team, dstart, nil)
				c.backward(team, context)
				d.Embedding.ZeroGrad()
				turns.Embedding.ZeroGrad()
			}
		})
	}
}
