package factors

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/eval"
)

// Importance is how much a linear classifier of each factor relies on each
// dimension, (D,K): the mean absolute weight over the classes, of logistic
// regressions on standardised codes, those of the probe. Accuracy is theirs on
// test (K), the informativeness of [eastwood], who take lasso and forests instead:
// absolute scores of different regressors do not compare. begun is told of each factor
// as its classifier begins.
func Importance(ctx context.Context, train, test Data, begun func(k int)) (importance [][]float64, accuracy []float64, err error) {
	importance = make([][]float64, train.D)
	for k := range train.Factors {
		begun(k)
		c, err := eval.FitClassifier(ctx, eval.Labelled{D: train.D, Features: train.Codes, Labels: train.Factors[k]})
		if err != nil {
			return nil, nil, fmt.Errorf("classifying factor %d: %w", k, err)
		}
		for j, w := range c.Importance() {
			importance[j] = append(importance[j], w)
		}
		accuracy = append(accuracy, c.Accuracy(eval.Labelled{D: test.D, Features: test.Codes, Labels: test.Factors[k]}))
	}
	return importance, accuracy, nil
}

// Disentanglement is 1 − H(p_j)/ln K of each dimension, p_j the shares of its
// importance over factors, and their mean, weighted by how much of all importance
// a dimension has [eastwood, section 2]. A dimension without importance is NaN and
// has no weight; with one factor all are NaN.
func Disentanglement(importance [][]float64) (scores []float64, mean float64) {
	total, sum := 0.0, 0.0
	for _, row := range importance {
		score, weight := concentrated(row)
		scores = append(scores, score)
		if weight > 0 {
			total, sum = total+weight, sum+weight*score
		}
	}
	return scores, sum / total
}

// Completeness is 1 − H(p_k)/ln D of each factor, p_k the shares of its importance
// over dimensions, and their mean [eastwood, section 2].
func Completeness(importance [][]float64) (scores []float64, mean float64) {
	for k := range importance[0] {
		column := make([]float64, len(importance))
		for j := range column {
			column[j] = importance[j][k]
		}
		score, _ := concentrated(column)
		scores = append(scores, score)
		mean += score / float64(len(importance[0]))
	}
	return scores, mean
}

// concentrated is 1 less the entropy of shares in units of the most that it can
// be, and what they are shares of.
func concentrated(parts []float64) (score, total float64) {
	for _, p := range parts {
		total += p
	}
	entropy := 0.0
	for _, p := range parts {
		if p > 0 {
			entropy -= p / total * math.Log(p/total)
		}
	}
	if total == 0 || len(parts) < 2 {
		return math.NaN(), total
	}
	return 1 - entropy/math.Log(float64(len(parts))), total
}
