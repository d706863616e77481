package metric

import (
	"context"
	"slices"
)

// A numbering gives every different n-gram a number, counted up from 0 in
// order of appearance. N-grams of different orders have different numbers.
type numbering struct {
	words  map[string]uint32
	longer map[uint64]uint32 // of an n-gram and the word after it, see pair
	count  uint32
}

func newNumbering() *numbering {
	return &numbering{words: make(map[string]uint32), longer: make(map[uint64]uint32)}
}

// pair is the key of an n-gram that is made longer by a word.
func pair(gram, word uint32) uint64 { return uint64(gram)<<32 | uint64(word) }

// number returns the number of a key, a new one for a new key.
func number[K comparable](x *numbering, known map[K]uint32, key K) uint32 {
	n, ok := known[key]
	if !ok {
		n = x.count
		known[key] = n
		x.count++
	}
	return n
}

// An ngrams holds the numbers of the n-grams of one response in their order:
// the words first, then the pairs and so on, up to an order or to its length.
type ngrams [][]uint32

// of returns the n-grams of one order, nil where there is none.
func (g ngrams) of(n int) []uint32 {
	if n < 1 || n > len(g) {
		return nil
	}
	return g[n-1]
}

func (g ngrams) length() int { return len(g.of(1)) }

// ngrams numbers the n-grams of tokens for n = 1…order.
func (x *numbering) ngrams(tokens []string, order int) ngrams {
	order = min(order, len(tokens))
	if order < 1 {
		return nil
	}
	g := make(ngrams, 1, order)
	g[0] = make([]uint32, len(tokens))
	for i, word := range tokens {
		g[0][i] = number(x, x.words, word)
	}
	for n := 2; n <= order; n++ {
		shorter := g[n-2]
		grams := make([]uint32, len(shorter)-1)
		for i := range grams {
			grams[i] = number(x, x.longer, pair(shorter[i], g[0][i+n-1]))
		}
		g = append(g, grams)
	}
	return g
}

func (x *numbering) all(responses [][]string, order int) []ngrams {
	out := make([]ngrams, len(responses))
	for i, tokens := range responses {
		out[i] = x.ngrams(tokens, order)
	}
	return out
}

func (x *numbering) contexts(ctx context.Context, contexts [][][]string, order int) [][]ngrams {
	out := make([][]ngrams, len(contexts))
	for i, responses := range until(ctx, contexts) {
		out[i] = x.all(responses, order)
	}
	return out
}

// A tally says how often an n-gram occurs.
type tally struct {
	gram  uint32
	count int
}

// tallies counts n-grams, in order of their numbers.
func tallies(grams []uint32) []tally { return tallied(slices.Clone(grams)) }

// tallied is tallies of n-grams that it may sort.
func tallied(sorted []uint32) []tally {
	slices.Sort(sorted)
	out := make([]tally, 0, len(sorted))
	for _, gram := range sorted {
		if n := len(out); n > 0 && out[n-1].gram == gram {
			out[n-1].count++
		} else {
			out = append(out, tally{gram, 1})
		}
	}
	return out
}

// pool counts the n-grams of one order of all responses together.
func pool(set []ngrams, n int) []tally {
	var grams []uint32
	for _, g := range set {
		grams = append(grams, g.of(n)...)
	}
	return tallied(grams)
}

func total(counts []tally) float64 {
	sum := 0
	for _, t := range counts {
		sum += t.count
	}
	return float64(sum)
}
