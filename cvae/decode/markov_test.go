package decode

import (
	"fmt"
	"math"
	"slices"

	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// A chain holds the next-token logits after every token: chain[after][token].
type chain [][]float32

// A markov is a Stepper whose hypothesis i follows chains[i]. It checks how it
// is called and overwrites the logits it returned before, as a real model may.
type markov struct {
	chains []chain
	rows   []int // rows[i] is the chain of logits row i
	out    []float32
	fed    [][]int32 // tokens of each Step
	fault  string
}

func (m *markov) Begin() []float32 {
	after := make([]int32, len(m.chains))
	for i := range m.chains {
		m.rows = append(m.rows, i)
		after[i] = tokenize.Start
	}
	return m.logits(after)
}

func (m *markov) Step(tokens []int32, rows []int) []float32 {
	if len(tokens) == 0 || len(tokens) != len(rows) {
		m.fault = fmt.Sprintf("Step(%v, %v)", tokens, rows)
	}
	m.fed = append(m.fed, slices.Clone(tokens))
	next := make([]int, len(rows))
	for i, r := range rows {
		if t := tokens[i]; t == tokenize.Pad || t == tokenize.Start || t == tokenize.End {
			m.fault = fmt.Sprintf("Step was fed token %d", t)
		}
		next[i] = m.rows[r]
	}
	m.rows = next
	return m.logits(tokens)
}

func (m *markov) logits(after []int32) []float32 {
	for i := range m.out {
		m.out[i] = float32(math.NaN())
	}
	m.out = nil
	for i, row := range m.rows {
		m.out = append(m.out, m.chains[row][after[i]]...)
	}
	return m.out
}

// probabilities is a chain of V = 4 + words tokens whose rows are given as
// probabilities of </s> and of the words 4, 5, …; the special tokens have none.
// The first row is what follows <s>, the next ones what follows words 4, 5, ….
func probabilities(rows ...[]float64) chain {
	const never = -200 // e^−200 disappears beside 1 in float64
	c := make(chain, 3+len(rows))
	for i, row := range rows {
		logits := []float32{never, never, never}
		for _, p := range row {
			logits = append(logits, float32(max(never, math.Log(p))))
		}
		at := int(tokenize.Start)
		if i > 0 {
			at = int(tokenize.End) + i
		}
		c[at] = logits
	}
	return c
}

// randomChain has logits N(0, 4) for every token, specials included.
func randomChain(seed uint64, vocab int) chain {
	draw := rng.New(seed, rng.Evaluate, 0, 0)
	c := make(chain, vocab)
	for i := range c {
		for range vocab {
			c[i] = append(c[i], float32(2*draw.Normal()))
		}
	}
	return c
}

func copies(c chain, n int) *markov {
	m := new(markov)
	for range n {
		m.chains = append(m.chains, c)
	}
	return m
}

// logProb is ln p of a sequence, with </s> if it is finished, computed from
// the chain in another way than the code: as a product of probabilities.
func (c chain) logProb(tokens []int32, finished bool) float64 {
	if finished {
		tokens = append(slices.Clone(tokens), tokenize.End)
	}
	p, after := 1.0, tokenize.Start
	for _, t := range tokens {
		var sum float64
		for _, l := range c[after] {
			sum += math.Exp(float64(l))
		}
		p *= math.Exp(float64(c[after][t])) / sum
		after = t
	}
	return math.Log(p)
}
