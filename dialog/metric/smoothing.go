package metric

import "math"

// A Smoothing says what BLEU makes of a precision of 0.
type Smoothing int

// The smoothings, by their names in NLTK's SmoothingFunction of version 3.10.4.
// Older versions have another method 4, and so another method 7: their scores
// do not compare.
const (
	// NoSmoothing lets one precision of 0 make BLEU 0 [papineni].
	NoSmoothing Smoothing = iota
	// AddEpsilon, method 1, counts 0.1 matches where there is none.
	AddEpsilon
	// Method7 is method 4, then method 5 [chen]: where there is no match it
	// counts ln L / (5·2^k), this being the k-th such order and L the length
	// of the hypothesis; then it averages every precision with its two
	// neighbours. It rates a perfect match above 1. Dialogue papers use it.
	Method7
)

// bleuOrder is the longest n-gram that BLEU looks at: method 5 averages with
// the precision of 5-grams, whatever order is asked for.
const bleuOrder = 5

// matches counts the n-grams of a hypothesis and those found in a reference.
type matches struct{ found, total [bleuOrder]int }

// plain returns the precisions without smoothing. An order without an n-gram
// has the precision 0.
func (m matches) plain() (p [bleuOrder]float64) {
	for i := range p {
		p[i] = float64(m.found[i]) / m.least(i)
	}
	return p
}

// least is the number of n-grams, at least 1.
func (m matches) least(i int) float64 { return float64(max(1, m.total[i])) }

// precisions returns the smoothed precisions of orders 1…order.
func (s Smoothing) precisions(m matches, order int) []float64 {
	p := m.plain()
	switch s {
	case AddEpsilon:
		m.lift(p[:order], func(int) float64 { return 0.1 })
	case Method7:
		if length := m.total[0]; length > 1 {
			m.lift(p[:order], func(k int) float64 { return math.Ldexp(math.Log(float64(length))/5, -k) })
		}
		p[order] = m.plain()[bleuOrder-1]
		average(p[:order+1])
	}
	return p[:order]
}

// lift counts some matches at the orders without one, the k-th from k = 1.
func (m matches) lift(p []float64, count func(k int) float64) {
	k := 0
	for i := range p {
		if m.found[i] == 0 {
			k++
			p[i] = count(k) / m.least(i)
		}
	}
}

// average is method 5 for all precisions but the last, which is only a
// neighbour: p_i ← (p_i−1 + p_i + p_i+1)/3, where p_i−1 is averaged already and
// p_0 is p_1 + 1.
func average(p []float64) {
	before := p[0] + 1
	for i := range len(p) - 1 {
		p[i] = (before + p[i] + p[i+1]) / 3
		before = p[i]
	}
}
