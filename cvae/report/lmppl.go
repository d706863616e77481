package report

import (
	"context"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog/metric"
)

// perplexity is lmPPL of texts of words under the reference language model.
func (l *reference) perplexity(ctx context.Context, texts [][]string) (Number, error) {
	if l == nil || len(texts) == 0 {
		return unknown, nil
	}
	joined := make([]string, len(texts))
	for i, words := range texts {
		joined[i] = strings.Join(words, " ")
	}
	scores, err := l.ScoreSentences(ctx, joined)
	if err != nil {
		return unknown, fmt.Errorf("judging the responses with the reference language model: %w", err)
	}
	return lmPPL(scores), nil
}

// lmPPL is the perplexity a token of texts with these likelihoods under a
// language model of the training split [song]:
//
//	lm_ppl = exp( −Σ ln p_LM(h) / Σ tokens(h) )
//
// </s> counts as a token, a word that the model does not know as <unk>. It is
// best near that of what people said in the same contexts: the same safe answer
// to everything has a lower one, noise a higher one.
func lmPPL(scores []eval.Likelihood) Number {
	nll, tokens := 0.0, 0
	for _, s := range scores {
		nll -= float64(s.Bound)
		tokens += s.Tokens
	}
	return Number(metric.Perplexity(nll, tokens))
}
