package metric

import "math"

// An Embedding holds the three embedding metrics of the responses to one context
// or to several.
type Embedding struct {
	Average Number `json:"average"`
	Extrema Number `json:"extrema"`
	Greedy  Number `json:"greedy"`
}

// Cos01 returns the metrics as (cos+1)/2, as NeuralDialog-CVAE reports them: its
// 95 of 100 is a cosine of 0.90. They are the recalls of its A-bow and E-bow.
func (e Embedding) Cos01() Embedding {
	return Embedding{(e.Average + 1) / 2, (e.Extrema + 1) / 2, (e.Greedy + 1) / 2}
}

// SampleEmbedding returns the embedding metrics of the N responses h to one
// context: the raw cosine of each reference r with the response nearest to it
// [gu],
//
//	1/M Σ_j max_i metric(h_i, r_j)
//
// for each of averageCosine, extremaCosine and greedyCosine. It is from
// −1 to 1; higher is nearer to the references. The number of responses raises
// it, so compare equal N. Texts without a word that has a vector do not count; a
// metric is NaN when no pair is left.
func SampleEmbedding(v *Vectors, responses, references [][]string) Embedding {
	hypotheses := v.texts(responses)
	refs := v.texts(references)
	return Embedding{
		Average: recall(hypotheses, refs, averageCosine),
		Extrema: recall(hypotheses, refs, extremaCosine),
		Greedy:  recall(hypotheses, refs, greedyCosine),
	}
}

func (v *Vectors) texts(texts [][]string) [][]vector {
	out := make([][]vector, len(texts))
	for i, tokens := range texts {
		out[i] = v.known(tokens)
	}
	return out
}

// recall is the mean over references of the best over hypotheses.
func recall(hypotheses, references [][]vector, similarity func(a, b []vector) float64) Number {
	var m mean
	for _, r := range references {
		best := math.NaN()
		for _, h := range hypotheses {
			if s := similarity(h, r); math.IsNaN(best) || s > best {
				best = s
			}
		}
		m.add(best)
	}
	return Number(m.value())
}
