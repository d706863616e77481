package metric

import "math"

// An Overlap compares the responses to a context with references.
type Overlap struct {
	Precision float64 // how good a response is
	Recall    float64 // how well a reference is covered
}

// F1 is the harmonic mean 2PR/(P+R), 0 where both are 0. Dialogue papers take it
// of the means over contexts.
func (o Overlap) F1() float64 {
	if o.Precision == 0 && o.Recall == 0 {
		return 0
	}
	return 2 * o.Precision * o.Recall / (o.Precision + o.Recall)
}

// overlap returns BLEU precision and recall of the N responses h to one
// context against its M references r [zhao]:
//
//	precision = 1/N Σ_i max_j BLEU(h_i; r_j)
//	recall    = 1/M Σ_j max_i BLEU(h_i; r_j)
//
// With a single reference, precision is the mean and recall the best over the
// responses. Higher is better. The number of responses raises the recall, so
// compare equal N. NeuralDialog-CVAE and DialogWAE report order 3 with Method7.
// Both numbers are NaN without a response or without a reference.
func (r round) overlap(order int, s Smoothing) Overlap {
	if len(r.matches) == 0 || len(r.references) == 0 {
		return Overlap{math.NaN(), math.NaN()}
	}
	best := make([]float64, len(r.references))
	var precision, recall mean
	for _, row := range r.matches {
		var top float64
		for j, m := range row {
			bleu := score(m, r.references[j], order, s)
			top, best[j] = max(top, bleu), max(best[j], bleu)
		}
		precision.add(top)
	}
	for _, b := range best {
		recall.add(b)
	}
	return Overlap{precision.value(), recall.value()}
}

// A round is the matches of every response with every reference of a context,
// from which BLEU of any order and smoothing follows.
type round struct {
	matches    [][]matches // (N, M)
	references []int       // (M) lengths
}

func newRound(responses, references [][]string) round {
	x := newNumbering()
	r := round{references: make([]int, len(references))}
	refs := make([]counted, len(references))
	for j, tokens := range references {
		refs[j] = count(x.ngrams(tokens, bleuOrder))
		r.references[j] = len(tokens)
	}
	for _, tokens := range responses {
		hypothesis := count(x.ngrams(tokens, bleuOrder))
		row := make([]matches, len(refs))
		for j := range refs {
			row[j] = match(hypothesis, refs[j:j+1])
		}
		r.matches = append(r.matches, row)
	}
	return r
}
