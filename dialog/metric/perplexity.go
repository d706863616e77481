package metric

import "math"

// Perplexity returns the perplexity of texts that a model gives this negative
// log-likelihood, in nats, over all their tokens:
//
//	perplexity = exp( Σ −ln p(text) / Σ tokens )
//
// It is the number of equally likely tokens among which each would be as hard to
// guess, at least 1; lower is better predicted. </s> counts as a token. Tokens of
// all texts weigh alike, so it is not the mean of the perplexities of texts. It
// is NaN for no tokens.
//
// Three numbers of a report are perplexities, and they do not compare: that of a
// model is of its whole likelihood; lm_ppl is that of responses under a language
// model of the training split [song]; rec_ppl is that of the distortion alone
// with z ~ q, so that it falls for free as the KL rises [zhao].
func Perplexity(nll float64, tokens int) float64 {
	if tokens == 0 {
		return math.NaN()
	}
	return math.Exp(nll / float64(tokens))
}
