package metric

import "math"

// score returns the sentence BLEU of a hypothesis against one or more references
// with uniform weights over n-grams of orders 1…order [papineni]:
//
//	BLEU = min(1, e^(1−r/h)) · exp( 1/order Σ_n ln p_n )
//
// p_n is the share of the hypothesis's n-grams found in the references, each at
// most as often as in the reference that has it most; h is the length of the
// hypothesis and r that of the reference nearest to it, the shorter on a tie.
// It has no unit; higher is nearer to the references. It is from 0 to 1, but
// Method7 exceeds 1 for near-perfect matches.
//
// It is 0 without a common word, as for an empty hypothesis, for no references
// and for an order outside 1 to 4. It equals NLTK's sentence_bleu of version
// 3.10.4, where a precision of 0 without smoothing gives about 1e-77 or less
// instead of 0.
func score(m matches, reference, order int, s Smoothing) float64 {
	if m.found[0] == 0 || order < 1 || order >= bleuOrder {
		return 0
	}
	var sum float64
	for _, p := range s.precisions(m, order) {
		sum += math.Log(p)
	}
	brevity := min(0, 1-float64(reference)/float64(m.total[0]))
	return math.Exp(brevity + sum/float64(order))
}

// counted is a text as BLEU sees it.
type counted struct {
	length int
	grams  [bleuOrder][]tally // of order i+1, by number
}

func count(g ngrams) counted {
	c := counted{length: g.length()}
	for i := range c.grams {
		c.grams[i] = tallies(g.of(i + 1))
	}
	return c
}

// match compares texts of one numbering.
func match(hypothesis counted, references []counted) (m matches) {
	for i, grams := range hypothesis.grams {
		m.total[i] = max(0, hypothesis.length-i)
		m.found[i] = found(grams, references, i)
	}
	return m
}

// found counts n-grams that the references have, each clipped to the reference
// that has it most.
func found(grams []tally, references []counted, i int) int {
	most := make([]int, len(grams))
	for _, r := range references {
		clip(most, grams, r.grams[i])
	}
	sum := 0
	for _, n := range most {
		sum += n
	}
	return sum
}

// clip raises most[i] to what the reference has of grams[i], at most its count.
func clip(most []int, grams, reference []tally) {
	for i, t := range grams {
		for len(reference) > 0 && reference[0].gram < t.gram {
			reference = reference[1:]
		}
		if len(reference) > 0 && reference[0].gram == t.gram {
			most[i] = max(most[i], min(t.count, reference[0].count))
		}
	}
}

// nearer reports whether length a replaces b as the one nearest to length.
func nearer(length, a, b int) bool {
	far := max(a-length, length-a) - max(b-length, length-b)
	return far < 0 || far == 0 && a < b
}
