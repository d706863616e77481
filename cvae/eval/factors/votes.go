package factors

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog/rng"
)

// The votes of z-diff and z-min-var: so many with so many examples or pairs each
// are drawn to learn from, and to score on.
const (
	trainVotes = 2000
	testVotes  = 1000
	voteSize   = 64
)

// A voter draws examples that agree on a factor.
type voter struct {
	Data
	values []map[int][]int // (K): the examples of each value
	seed   uint64
	step   int // of the streams
}

func newVoter(d Data, seed uint64, step int) voter {
	v := voter{Data: d, seed: seed, step: step}
	for k := range d.Factors {
		v.values = append(v.values, d.byValue(k))
	}
	return v
}

// alike draws an example, and one with the same value of factor k.
func (v voter) alike(draw *rng.Stream, k int) (a, b int) {
	a = draw.IntN(v.Len())
	same := v.values[k][v.Factors[k][a]]
	return a, same[draw.IntN(len(same))]
}

// differences is the vote n of z-diff: a factor, and the mean absolute difference
// of each dimension over pairs that agree on it (D).
func (v voter) differences(n int) (k int, mean []float64) {
	draw := rng.New(v.seed, rng.Evaluate, v.step, n)
	k = draw.IntN(len(v.Factors))
	mean = make([]float64, v.D)
	for range voteSize {
		a, b := v.alike(&draw, k)
		for j := range mean {
			mean[j] += math.Abs(v.Codes[a*v.D+j]-v.Codes[b*v.D+j]) / voteSize
		}
	}
	return k, mean
}

// ZDiff is how well a linear classifier tells which factor pairs of examples agree
// on, from how much each dimension differs between them [higgins, section 3]. It
// learns from votes over train and is scored on such over test; to guess is 1/K.
func ZDiff(ctx context.Context, train, test Data, seed uint64) (float64, error) {
	sets := make([]eval.Labelled, 2)
	for i, v := range []voter{newVoter(train, seed, -7), newVoter(test, seed, -8)} {
		sets[i].D = v.D
		for n := range []int{trainVotes, testVotes}[i] {
			if err := context.Cause(ctx); err != nil {
				return 0, err
			}
			k, mean := v.differences(n)
			sets[i].Labels, sets[i].Features = append(sets[i].Labels, k), append(sets[i].Features, mean...)
		}
	}
	c, err := eval.FitClassifier(ctx, sets[0])
	if err != nil {
		return 0, fmt.Errorf("measuring z-diff: %w", err)
	}
	return c.Accuracy(sets[1]), nil
}

// steadiest is the vote n of z-min-var: a factor, and which active dimension varies
// least, as a part of its deviation, over examples that agree on it.
func (v voter) steadiest(n int, deviations []float64, active []bool) (k, dimension int) {
	draw := rng.New(v.seed, rng.Evaluate, v.step, n)
	k = draw.IntN(len(v.Factors))
	first := draw.IntN(v.Len())
	same := v.values[k][v.Factors[k][first]]
	sum, square := make([]float64, v.D), make([]float64, v.D)
	for range voteSize {
		i := same[draw.IntN(len(same))]
		for j, s := range deviations {
			x := v.Codes[i*v.D+j] / s
			sum[j], square[j] = sum[j]+x, square[j]+x*x
		}
	}
	least := math.Inf(1)
	for j := range sum {
		variance := square[j]/voteSize - sum[j]*sum[j]/(voteSize*voteSize)
		if active[j] && variance < least {
			dimension, least = j, variance
		}
	}
	return k, dimension
}

// ZMinVar is how well the dimension that varies least over examples which agree on
// a factor tells the factor, by the majority of the votes of each dimension [kim,
// section 4]. Only active dimensions count; without one it is NaN. It learns from
// votes over train and is scored on such over test.
func ZMinVar(ctx context.Context, train, test Data, active []bool, seed uint64) (float64, error) {
	deviations := train.deviations()
	for j, s := range deviations {
		if s == 0 {
			active = slices.Clone(active)
			active[j], deviations[j] = false, 1
		}
	}
	if !slices.Contains(active, true) {
		return math.NaN(), nil
	}
	votes := make([][]int, train.D) // (D,K)
	for j := range votes {
		votes[j] = make([]int, len(train.Factors))
	}
	learn, score := newVoter(train, seed, -9), newVoter(test, seed, -10)
	for n := range trainVotes {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		k, j := learn.steadiest(n, deviations, active)
		votes[j][k]++
	}
	right := 0
	for n := range testVotes {
		k, j := score.steadiest(n, deviations, active)
		if slices.Index(votes[j], slices.Max(votes[j])) == k {
			right++
		}
	}
	return float64(right) / testVotes, nil
}
