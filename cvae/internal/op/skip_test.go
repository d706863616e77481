package op

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// skipping gives a decoder skip connections: its output layer reads [h; z] with
// Z = 2 and the given weights of z for every word.
func skipping(d *Autoregressive[float64], u func(word, dim int) float64) *Autoregressive[float64] {
	s, h, v := *d, d.Network.Width(), d.Output.Weight.Rows
	w := NewWeight[float64](v, h+2, false)
	for word := range v {
		copy(row(w.Value, word, h+2), row(d.Output.Weight.Value, word, h))
		w.Value[word*(h+2)+h], w.Value[word*(h+2)+h+1] = u(word, 0), u(word, 1)
	}
	s.Output, s.Skip = &Output[float64]{Weight: w, Bias: d.Output.Bias}, true
	return &s
}

// TestSkipWithZeroWeights is the decoder without: the same bits in scoring and
// in generation.
func TestSkipWithZeroWeights(t *testing.T) {
	team, base := newTeam(t, 2), decoder()
	skip := skipping(base, func(int, int) float64 { return 0 })
	b := words([]int32{4, 5, 6}, []int32{7}, []int32{8, 4})
	start, z := make([]float64, 9), []float64{1, -2, 3, 0.5, -0.7, 9}
	fill(start, 4)
	want, got := make([]float64, 3), make([]float64, 3)
	base.Scorer(false, nil).Forward(team, &Batch{Batch: b.Batch}, start, nil, want)
	skip.Scorer(false, nil).Forward(team, &Batch{Batch: b.Batch}, start, z, got)
	for i := range want {
		if want[i] != got[i] {
			t.Errorf("loss %d is %v, without skip connections %v", i, got[i], want[i])
		}
	}
	logits := base.Generate(team, 3, start, nil, nil).Begin()
	for i, l := range skip.Generate(team, 3, start, z, nil).Begin() {
		if l != logits[i] {
			t.Fatalf("logit %d is %v, without skip connections %v", i, l, logits[i])
		}
	}
}

// TestSkipReachesTheLastWord: with all recurrent weights zero z still moves
// every logit, by its own weight, and the loss has the gradient
// Σ_t Σ_v (softmax_v − [v = x_t])·u_v. Without skip connections z could enter
// the initial state alone, which such weights forget.
func TestSkipReachesTheLastWord(t *testing.T) {
	team, base := newTeam(t, 1), decoder()
	layer := base.Network.(*Recurrent[float64])
	for _, w := range []*Weight[float64]{layer.Input, layer.State, layer.Bias, layer.StateBias, base.Output.Weight, base.Output.Bias} {
		clear(w.Value)
	}
	skip := skipping(base, func(word, dim int) float64 { return float64(word-4) * float64(1-2*dim) })
	zero := skip.Generate(team, 1, nil, []float64{0, 0}, nil)
	moved := skip.Generate(team, 1, nil, []float64{0.5, 0}, nil)
	zero.Begin()
	moved.Begin()
	before := append([]float64(nil), zero.Step([]int32{5}, []int{0})...)
	for i, l := range moved.Step([]int32{5}, []int{0}) {
		close(t, "a moved logit", l-before[i], 0.5*float64(i-4))
	}
	// With z = 0 all nine words are equally likely, so that Σ_v softmax_v·u_v
	// is 0, and words 7 and </s> = 3 leave −(3) − (−1) = −2 in the first dimension.
	g := G.NewGraph()
	z := matrix(g, "z", 1, 2, []float64{0, 0})
	y, _, err := Decode(team, skip, words([]int32{7}), z, nil, z, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	_, grads, err := evaluate(t, g, y, 1, z)
	if err != nil {
		t.Fatal(err)
	}
	close(t, "gradient of z", grads[0][0], -2)
	close(t, "gradient of z", grads[0][1], 2)
}
