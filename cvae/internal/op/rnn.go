package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// An RNN is the parameters of a recurrent Decoder: it starts in a hidden state.
type RNN[T kernel.Float] struct {
	Embedding *Weight[T]
	Layer     *Recurrent[T]
	Latent    *Weight[T] // (G·H, Z): z enters every step; nil: it does not
	// Output reads the hidden states (H), or with Skip [h; z] (H+Z).
	Output *Output[T]
	Skip   bool
	// DropIn and DropOut are the probabilities of dropping an element of the
	// word embeddings and of the hidden states before the output layer,
	// DropWords that of reading <unk> for a word.
	DropIn, DropOut, DropWords float64
	// Fraternal is the weight of the difference between the logits of two
	// passes with different masks; 0: one pass.
	Fraternal float64
}

// Words implements Decoder.
func (d *RNN[T]) Words() *Weight[T] { return d.Embedding }

// ReadsLatent implements Decoder.
func (d *RNN[T]) ReadsLatent() bool { return d.Latent != nil || d.Skip }

// Scorer implements Decoder.
func (d *RNN[T]) Scorer(training bool) Scorer[T] {
	if training && d.Fraternal > 0 {
		return newFraternal(d)
	}
	return &decoding[T]{RNN: d}
}

// latentWidth is Z of a decoder that reads the latent.
func (d *RNN[T]) latentWidth() int {
	if d.Latent != nil {
		return d.Latent.Cols
	}
	return d.Output.Weight.Cols - d.Layer.Hidden
}
