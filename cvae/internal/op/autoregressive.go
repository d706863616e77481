package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// An Autoregressive is the parameters of a Decoder that predicts each word from
// those before it, with a Network of any kind.
type Autoregressive[T kernel.Float] struct {
	Embedding *Weight[T]
	Network   Network[T]
	Latent    *Weight[T] // (Network.Extra, Z): z enters every step; nil: it does not
	// Steps is the steps T of a z of which each word has its own (Z): step t
	// enters where word t is predicted, and later words read zeros.
	// 0: z is one vector for all words.
	Steps int
	// Output reads the hidden states (H), or with Skip [h; z] (H+Z).
	Output *Output[T]
	Skip   bool
	// Attention looks at the context after the Network, of which one that looks at it
	// itself has none; nil: none.
	Attention *Attention[T]
	// DropIn and DropOut are the probabilities of dropping an element of the
	// word embeddings and of the hidden states before the output layer,
	// DropWords that of reading <unk> for a word.
	DropIn, DropOut, DropWords float64
	// Fraternal is the weight of the difference between the logits of two
	// passes with different masks; 0: one pass.
	Fraternal float64
	// Denoise is the share of words that a second pass reads as <unk>; 0: one pass.
	Denoise float64
}

// Words implements Decoder.
func (d *Autoregressive[T]) Words() *Weight[T] { return d.Embedding }

// Longest implements Decoder.
func (d *Autoregressive[T]) Longest() int { return d.Network.Longest() }

// ReadsLatent implements Decoder.
func (d *Autoregressive[T]) ReadsLatent() bool { return d.Latent != nil || d.Skip }

// Scorer implements Decoder.
func (d *Autoregressive[T]) Scorer(training bool, s *Source[T]) Scorer[T] {
	switch {
	case training && d.Fraternal > 0:
		return newFraternal(d, s)
	case training && d.Denoise > 0:
		return newDenoising(d, s)
	}
	plain := newDecoding(d, s)
	if r, ok := plain.run.(*recurrentRun[T]); ok {
		r.pass.lent = !training
	}
	return plain
}

// Undropped is the decoder that drops nothing out and makes one pass.
func (d *Autoregressive[T]) Undropped() *Autoregressive[T] {
	plain := *d
	plain.DropIn, plain.DropOut, plain.DropWords, plain.Fraternal, plain.Denoise = 0, 0, 0, 0, 0
	return &plain
}

// latentWidth is Z of a decoder that reads the latent.
func (d *Autoregressive[T]) latentWidth() int {
	if d.Latent != nil {
		return d.Latent.Cols
	}
	return d.Output.Weight.Cols - d.Network.Width()
}
