package metric

import (
	"context"
	"iter"
)

// EmbeddingAverage is averageCosine of texts.
func EmbeddingAverage(v *Vectors, a, b []string) float64 {
	return averageCosine(v.known(a), v.known(b))
}

// Entropy is entropy of texts.
func Entropy(n int, responses [][]string) float64 {
	return entropy(pool(newNumbering().all(responses, n), n))
}

// Gram is gramShare of texts.
func Gram(n int, responses [][]string, training iter.Seq[[]string]) GramShare {
	x := newNumbering()
	set := x.all(responses, n)
	return gramShare(pool(set, n), x.occurring(context.Background(), training, n))
}

// EmbeddingGreedy is greedyCosine of texts.
func EmbeddingGreedy(v *Vectors, a, b []string) float64 {
	return greedyCosine(v.known(a), v.known(b))
}

// InterDist is interDist of texts.
func InterDist(n int, contexts [][][]string) float64 {
	return interDist(context.Background(), n, newNumbering().contexts(context.Background(), contexts, n))
}

// IntraDist is intraDist of texts.
func IntraDist(n int, contexts [][][]string) float64 {
	return intraDist(context.Background(), n, newNumbering().contexts(context.Background(), contexts, n))
}

// SelfBLEU is selfBLEU of texts.
func SelfBLEU(order int, responses [][]string) float64 {
	x := newNumbering()
	return selfBLEU(context.Background(), order, x.all(responses, order), x.count)
}

// EmbeddingExtrema is extremaCosine of texts.
func EmbeddingExtrema(v *Vectors, a, b []string) float64 {
	return extremaCosine(v.known(a), v.known(b))
}

// BLEU is score of texts.
func BLEU(hypothesis []string, references [][]string, order int, s Smoothing) float64 {
	x := newNumbering()
	refs := make([]counted, len(references))
	for i, tokens := range references {
		refs[i] = count(x.ngrams(tokens, bleuOrder))
	}
	h := count(x.ngrams(hypothesis, bleuOrder))
	return score(match(h, refs), nearest(h.length, refs), order, s)
}

// SampleBLEU is overlap of texts.
func SampleBLEU(responses, references [][]string, order int, s Smoothing) Overlap {
	return newRound(responses, references).overlap(order, s)
}

// Vocabulary returns the words of all texts of the cases: those whose vectors
// Measure needs.
func Vocabulary(cases []Case) map[string]bool {
	words := make(map[string]bool)
	for _, c := range cases {
		for _, texts := range [][][]string{c.Context, c.References, c.Responses} {
			for _, tokens := range texts {
				for _, word := range tokens {
					words[word] = true
				}
			}
		}
	}
	return words
}
