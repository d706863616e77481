package metric

import (
	"context"
	"iter"
)

// A GramShare is Gram-n by token and by type.
type GramShare struct {
	Token float64 // an n-gram counts as often as it occurs
	Type  float64 // an n-gram counts once
}

// gramShare returns Gram-n, the share of the responses' n-grams that occur in the
// training texts [song]:
//
//	Gram-n = |{n-grams of all responses that occur in training}| / |n-grams of all responses|
//
// The paper does not say whether repeated n-grams count again, so both numbers
// are given. They are ratios from 0 to 1; higher is closer to text that people
// wrote. They are 0 for a set without an n-gram. occurs says of every n-gram
// whether it is in training.
func gramShare(counts []tally, occurs []bool) GramShare {
	if len(counts) == 0 {
		return GramShare{}
	}
	var tokens, types int
	for _, t := range counts {
		if occurs[t.gram] {
			tokens += t.count
			types++
		}
	}
	return GramShare{
		Token: float64(tokens) / total(counts),
		Type:  float64(types) / float64(len(counts)),
	}
}

// occurring says of every numbered n-gram up to an order whether it occurs in
// the texts.
func (x *numbering) occurring(ctx context.Context, texts iter.Seq[[]string], order int) []bool {
	occurs := make([]bool, x.count)
	for tokens := range texts {
		if ctx.Err() != nil {
			break
		}
		longest := max(0, min(order, len(tokens)))
		for i := range tokens {
			x.mark(occurs, tokens[i:min(len(tokens), i+longest)])
		}
	}
	return occurs
}

// mark marks the n-grams with which tokens begin, until one is unknown: then
// no longer one is known either.
func (x *numbering) mark(occurs []bool, tokens []string) {
	var gram uint32
	for i, token := range tokens {
		word, ok := x.words[token]
		if !ok {
			return
		}
		if i == 0 {
			gram = word
		} else if gram, ok = x.longer[pair(gram, word)]; !ok {
			return
		}
		occurs[gram] = true
	}
}
