package decode

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// Follow feeds the same tokens to each of n hypotheses and returns the log-probability of each of them (n,T), in nats, with that
// of </s> last where ended says that the sequence has one.
func Follow(ctx context.Context, s Stepper, vocab, n int, tokens []int32, ended bool) ([][]float64, error) {
	if ended {
		tokens = append(slices.Clone(tokens), tokenize.End)
	}
	out, rows, fed := make([][]float64, n), make([]int, n), make([]int32, n)
	exps := make([]float32, vocab)
	for i := range rows {
		rows[i] = i
	}
	logits := s.Begin()
	for t, token := range tokens {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("scoring token %d: %w", t+1, err)
		}
		if token < 0 || int(token) >= vocab {
			return nil, fmt.Errorf("scoring token %d: there is no token %d in a vocabulary of %d", t+1, token, vocab)
		}
		for i := range n {
			row := logits[i*vocab : (i+1)*vocab]
			norm, _, err := logSumExp(kernel.PureGo, exps, row)
			if err != nil {
				return nil, fmt.Errorf("scoring token %d: %w", t+1, err)
			}
			out[i] = append(out[i], float64(row[token])-norm)
			fed[i] = token
		}
		if t < len(tokens)-1 {
			logits = s.Step(fed, rows)
		}
	}
	return out, nil
}

// Probable decodes each of n hypotheses greedily, to at most so many tokens, and returns how probable each token is along the way, on
// average over its places (n,V).
func Probable(ctx context.Context, s Stepper, vocab, n, most int) ([][]float64, error) {
	out, steps := make([][]float64, n), make([]float64, n)
	live := make([]int, n) // of each row
	for i := range n {
		live[i], out[i] = i, make([]float64, vocab)
	}
	exps := make([]float32, vocab)
	logits := s.Begin()
	for t := 0; len(live) > 0 && t < most; t++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("decoding token %d: %w", t+1, err)
		}
		var tokens []int32
		var rows, still []int
		for i, hypothesis := range live {
			row := logits[i*vocab : (i+1)*vocab]
			norm, _, err := logSumExp(kernel.PureGo, exps, row)
			if err != nil {
				return nil, fmt.Errorf("decoding token %d: %w", t+1, err)
			}
			best := tokenize.End
			for id, logit := range row {
				out[hypothesis][id] += math.Exp(float64(logit) - norm)
				if id >= int(tokenize.End) && logit > row[best] {
					best = int32(id)
				}
			}
			steps[hypothesis]++
			if best != tokenize.End {
				tokens, rows, still = append(tokens, best), append(rows, i), append(still, hypothesis)
			}
		}
		if live = still; len(live) > 0 && t < most-1 {
			logits = s.Step(tokens, rows)
		}
	}
	for i := range out {
		for id := range out[i] {
			out[i][id] /= steps[i]
		}
	}
	return out, nil
}
