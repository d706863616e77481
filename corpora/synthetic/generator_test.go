package synthetic

import (
	"math"
	"slices"

	"github.com/cvae-go/cvae/dialog/rng"
)

// The sizes of the generator, those of He et al. 2019.
const (
	words   = 1000
	hidden  = 100
	spread  = 1 // weights are uniform in ±spread
	outward = 5 // those of the vocabulary layer in ±outward
)

// A generator is the true model: the weights of an LSTM.
type generator struct {
	embedding         []float32 // (words, hidden)
	input, recurrence []float32 // (4·hidden, hidden), gates i f g o
	bias              []float32 // (4·hidden)
	output            []float32 // (words, hidden)
	latent            []float32 // (words, 2)
}

func newGenerator() *generator {
	weights := func(i, n int, a float64) []float32 {
		draw, w := rng.New(seed, rng.Init, 0, i), make([]float32, n)
		for k := range w {
			w[k] = float32(a * (2*draw.Float64() - 1))
		}
		return w
	}
	return &generator{
		embedding: weights(0, words*hidden, spread), input: weights(1, 4*hidden*hidden, spread),
		recurrence: weights(2, 4*hidden*hidden, spread), bias: weights(3, 4*hidden, spread),
		output: weights(4, words*hidden, outward), latent: weights(5, words*2, outward),
	}
}

// sentence draws sentence i and returns its −ln p(x|z), nats.
func (g *generator) sentence(i int) (s sentence, nll float64) {
	draw := rng.New(seed, rng.Sample, 0, i)
	s.component = byte(draw.IntN(4))
	z := [2]float64{center(s.component&1) + draw.Normal(), center(s.component>>1) + draw.Normal()}
	h, c, logits := make([]float32, hidden), make([]float32, hidden), make([]float64, words)
	for t := range steps {
		if t > 0 {
			g.step(s.words[t-1], h, c)
		}
		for v := range logits {
			w := g.latent[2*v : 2*v+2]
			logits[v] = float64(dot(g.output[v*hidden:(v+1)*hidden], h)) + float64(float64(w[0])*z[0]) + float64(float64(w[1])*z[1])
		}
		word, cost := choose(logits, draw.Float64())
		s.words[t] = word
		nll += cost
	}
	return s, nll
}

// step reads a word into the state h, c of the LSTM.
func (g *generator) step(word uint16, h, c []float32) {
	x := g.embedding[int(word)*hidden : (int(word)+1)*hidden]
	gates := make([]float64, 4*hidden)
	for i := range gates {
		row := i * hidden
		gates[i] = float64(g.bias[i]) + float64(dot(g.input[row:row+hidden], x)) + float64(dot(g.recurrence[row:row+hidden], h))
	}
	for i := range h {
		in, forget, value, out := sigmoid(gates[i]), sigmoid(gates[hidden+i]), math.Tanh(gates[2*hidden+i]), sigmoid(gates[3*hidden+i])
		cell := float64(forget*float64(c[i])) + float64(in*value)
		c[i], h[i] = float32(cell), float32(out*math.Tanh(cell))
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// dot is the product of two rows. The conversions keep a compiler from fusing
// multiplication and addition, so that all processors agree.
func dot(a, b []float32) float32 {
	var s [4]float32
	for ; len(a) >= 4; a, b = a[4:], b[4:] {
		for k := range s {
			s[k] += float32(a[k] * b[k])
		}
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// choose inverts the distribution function of softmax(logits) at u and returns
// the word with its −ln p.
func choose(logits []float64, u float64) (word uint16, cost float64) {
	top := math.Inf(-1)
	for _, l := range logits {
		top = max(top, l)
	}
	sum := 0.0
	for _, l := range logits {
		sum += math.Exp(l - top)
	}
	rest := u * sum
	for v, l := range logits {
		word = uint16(v)
		if rest -= math.Exp(l - top); rest <= 0 {
			break
		}
	}
	return word, math.Log(sum) + top - logits[word]
}

// encode is the inverse of decode.
func (s sentence) encode() []byte {
	b := slices.Grow([]byte{s.component}, size)
	for _, word := range s.words {
		b = append(b, byte(word), byte(word>>8))
	}
	return b
}
