package op

import (
	"math"
	"testing"
)

// newTransformer is a Transformer of embeddings of 3, 4 features and 2 heads.
func newTransformer(blocks int, a Activation) *Transformer[float64] {
	w := &Transformer[float64]{Heads: 2, Stem: &Stem[float64]{Hidden: 4, Input: newWeight(4, 3, 1)}, Norm: newNorm(4, 90, false)}
	w.Stem.Sinusoids(30)
	for i := range blocks {
		w.Blocks = append(w.Blocks, &TransformerBlock[float64]{
			Norm: newNorm(4, 10+i, false), FeedNorm: newNorm(4, 20+i, false),
			In: newWeight(12, 4, 30+i), InBias: newWeight(1, 12, 40+i), Out: newWeight(4, 4, 50+i), OutBias: newWeight(1, 4, 60+i),
			Memory: newWeight(4, 4, 70+i),
			Feed: &FeedForward[float64]{Up: newWeight(6, 4, 80+i), UpBias: newWeight(1, 6, 81+i), Down: newWeight(4, 6, 82+i),
				DownBias: newWeight(1, 4, 83+i), Activation: a}})
	}
	return w
}

// TestTransformerCausal: a state does not know the words after it, and knows all
// before.
func TestTransformerCausal(t *testing.T) {
	team, w := newTeam(t, 2), newTransformer(2, GELU)
	words := []int32{3, 1, 4, 1, 5, 8, 2, 6}
	for at := range words {
		changed := append([]int32(nil), words...)
		changed[at] = (changed[at] + 4) % 9
		all := hiddenStates(team, w, nil, nil, words, changed)
		for step := range words {
			different := false
			for i, v := range all[0][step] {
				different = different || v != all[1][step][i]
			}
			if different != (step >= at) {
				t.Errorf("state %d knows word %d: %v", step, at, different)
			}
		}
	}
}

// TestTransformerDefinition compares with the formulas of a block, written out, on
// two sequences. Attention to the memory there has queries, keys and a softmax over
// its one slot, of which the projections of value and result multiply to Memory.
func TestTransformerDefinition(t *testing.T) {
	team, e := newTeam(t, 1), newEmbedding()
	for _, a := range []Activation{ReLU, GELU} {
		w := newTransformer(2, a)
		values, results := make([]*Weight[float64], 2), make([]*Weight[float64], 2)
		for i, b := range w.Blocks {
			values[i], results[i] = newWeight(4, 4, 100+i), newWeight(4, 4, 110+i)
			for r := range 4 {
				for c := range 4 {
					b.Memory.Value[r*4+c] = 0
					for k := range 4 {
						b.Memory.Value[r*4+c] += results[i].Value[r*4+k] * values[i].Value[k*4+c]
					}
				}
			}
		}
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
					angle := float64(step) / math.Pow(10000, float64(2*(k/2))/4)
					x[step][k] = 2*x[step][k] + extra[i*4+k] + []float64{math.Sin(angle), math.Cos(angle)}[k%2]
				}
			}
			for k, b := range w.Blocks {
				x = literalTransformer(b, x, start[i*4:(i+1)*4], values[k], results[k])
			}
			for step := range x {
				for k, v := range normalised(w.Norm, x[step]) {
					close(t, "a hidden state", all[i][step][k], v)
				}
			}
		}
	}
}

func literalTransformer(b *TransformerBlock[float64], x [][]float64, memory []float64, value, result *Weight[float64]) (out [][]float64) {
	var q, k, v [][]float64
	for _, s := range x {
		all := plus(times(b.In, normalised(b.Norm, s)), b.InBias.Value)
		q, k, v = append(q, all[:4]), append(k, all[4:8]), append(v, all[8:])
	}
	query, key := newWeight(4, 4, 7), newWeight(4, 4, 8) // of the attention to the memory
	for t, s := range x {
		var heads []float64
		for h := 0; h < 4; h += 2 {
			heads = append(heads, weighted(q[t][h:h+2], columns(k[:t+1], h, h+2), columns(v[:t+1], h, h+2))...)
		}
		s = plus(plus(s, times(b.Out, heads)), b.OutBias.Value)
		var slot []float64
		asks, has, gives := times(query, s), times(key, memory), times(value, memory)
		for h := 0; h < 4; h += 2 {
			slot = append(slot, weighted(asks[h:h+2], [][]float64{has[h : h+2]}, [][]float64{gives[h : h+2]})...)
		}
		s = plus(s, times(result, slot))
		inner := plus(times(b.Feed.Up, normalised(b.FeedNorm, s)), b.Feed.UpBias.Value)
		for i, u := range inner {
			if inner[i] = max(u, 0); b.Feed.Activation == GELU {
				inner[i] = u / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(u+0.044715*u*u*u)))
			}
		}
		out = append(out, plus(plus(s, times(b.Feed.Down, inner)), b.Feed.DownBias.Value))
	}
	return out
}

// weighted is the sum of values by the softmax of the scaled products of q and keys.
func weighted(q []float64, keys, values [][]float64) []float64 {
	sum, mass := make([]float64, len(values[0])), 0.0
	for i, k := range keys {
		score := 0.0
		for j := range q {
			score += q[j] * k[j]
		}
		w := math.Exp(score / math.Sqrt(float64(len(q))))
		mass += w
		for j, v := range values[i] {
			sum[j] += w * v
		}
	}
	for j := range sum {
		sum[j] /= mass
	}
	return sum
}

func columns(m [][]float64, from, to int) (out [][]float64) {
	for _, r := range m {
		out = append(out, r[from:to])
	}
	return out
}

func plus(a, b []float64) []float64 {
	out := append([]float64(nil), a...)
	for i, v := range b {
		out[i] += v
	}
	return out
}

// TestTransformerForgetsZero: a memory of zeros is no memory, as its projection has
// no bias.
func TestTransformerForgetsZero(t *testing.T) {
	team, w := newTeam(t, 1), newTransformer(2, ReLU)
	words := []int32{4, 5, 6}
	zero, none := hiddenStates(team, w, make([]float64, 4), nil, words), hiddenStates(team, w, nil, nil, words)
	for step := range words {
		for k, v := range none[0][step] {
			if zero[0][step][k] != v {
				t.Errorf("state %d is %v, without a memory %v", step, zero[0][step], none[0][step])
			}
		}
	}
}

// TestLongResponsesRefused: a decoder with positions says what it takes.
func TestLongResponsesRefused(t *testing.T) {
	b := words([]int32{4, 5, 6})
	if err := checkWords(b, 9, 3); err == nil || err.Error() != "a response of 4 words for a decoder of 3" {
		t.Error(err)
	}
	if err := checkWords(b, 9, 4); err != nil {
		t.Error(err)
	}
}
