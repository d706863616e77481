package op

import (
	"math"
	"slices"
	"testing"
)

// TestSharedInput: a layer that multiplies every different word once computes
// what it computes from a row for each word, but for the order of sums.
func TestSharedInput(t *testing.T) {
	words := [][]int32{{3, 1, 3, 3}, {1, 1}, {5, 3, 0}}
	for _, cell := range []Cell{GRU, LSTM} {
		for _, withExtra := range []bool{false, true} {
			each := layerRun(t, cell, words, withExtra, func(in *input[float64], e *Weight[float64], ids []int32) {
				in.readEach(newTeam(t, 1), e, ids)
			})
			shared := layerRun(t, cell, words, withExtra, func(in *input[float64], e *Weight[float64], ids []int32) {
				in.read(newTeam(t, 2), e, ids)
				if want := []int32{3, 5, 1, 0}; !slices.Equal(in.words, want) {
					t.Fatalf("the words are %v, want %v", in.words, want)
				}
			})
			for i := range each {
				if math.Abs(each[i]-shared[i]) > 1e-12 {
					t.Fatalf("%s, extra %v: number %d is %v, want %v", cell, withExtra, i, shared[i], each[i])
				}
			}
		}
	}
}

// layerRun returns all that a run of a layer and its backward pass compute.
func layerRun(t *testing.T, cell Cell, words [][]int32, withExtra bool, read func(*input[float64], *Weight[float64], []int32)) (all []float64) {
	const e, h = 3, 4
	g := cell.Gates() * h
	team, embedding := newTeam(t, 2), NewWeight[float64](6, e, true)
	fill(embedding.Value, 1)
	w := &Recurrent[float64]{Cell: cell, Hidden: h, Input: newWeight(g, e, 2), State: newWeight(g, h, 3), Bias: newWeight(1, g, 4)}
	weights := []*Weight[float64]{embedding, w.Input, w.State, w.Bias}
	if cell == GRU {
		w.StateBias = newWeight(1, g, 5)
		weights = append(weights, w.StateBias)
	}
	var seq ragged
	seq.layout([]int{4, 2, 3})
	var in input[float64]
	read(&in, embedding, seq.tokens(nil, words, false))
	var extra, dextra []float64
	if withExtra {
		extra, dextra = make([]float64, 3*g), make([]float64, 3*g)
		fill(extra, 6)
	}
	var p pass[float64]
	p.forward(team, w, &seq, &in, nil, nil, extra)
	all = append(all, p.hidden...)
	dhidden := make([]float64, seq.rows()*h)
	fill(dhidden, 7)
	p.backward(team, w, &seq, &in, dhidden, nil, nil, dextra)
	in.scatter(team, embedding)
	for _, weight := range weights {
		all = append(all, weight.Grad...)
	}
	return append(all, dextra...)
}
