package dialog

import "context"

// An Explainer is a [Responder] that says what moved its answers.
type Explainer interface {
	// Explain says what each dimension of the z of an answer to a request changed, most first.
	Explain(ctx context.Context, r Request, answer Response) (Explanation, error)
	// Directions names directions of the latent space by words, at the prior mean of the
	// context of a request. Each axis (Z) is of unit length.
	Directions(ctx context.Context, r Request, axes [][]float64) ([]Direction, error)
}

// An Explanation is the share of each dimension of z in an answer.
type Explanation struct {
	Words   []string  // as the text has them, with the punctuation beside them; one that stands in it again has its number, and the last is its end
	LogProb float64   // ln p(x|z,c), nats
	Moves   []Move    // by dimension, the largest change first
	All     []float64 // by word: the change where all of z is the prior mean, nats
}

// A Move is what one dimension did: ln p of the answer as it is, less that with the dimension at the prior mean.
type Move struct {
	Dimension int // from 0
	Z, Prior  float64
	LogProb   float64   // nats; positive: the dimension made the answer likelier
	Words     []float64 // the same by word
}

// A Direction is a way through the latent space, with the words that it makes less and more probable, the most moved first.
type Direction struct{ Less, More []string }
