package op

import (
	"errors"
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// A Decoder is the parameters of the recurrent decoder p(x|z,c).
type Decoder[T kernel.Float] struct {
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

// readsLatent reports whether z enters besides the initial state.
func (d *Decoder[T]) readsLatent() bool { return d.Latent != nil || d.Skip }

// latentWidth is Z of a decoder that reads the latent.
func (d *Decoder[T]) latentWidth() int {
	if d.Latent != nil {
		return d.Latent.Cols
	}
	return d.Output.Weight.Cols - d.Layer.Hidden
}

// Loss writes −ln p(x|z,c) of every example to loss (B), in nats, without a
// graph, dropout or gradients. start (B, H) and z (B, Z) are as in Decode.
func (d *Decoder[T]) Loss(t *kernel.Team, b *dialog.Batch, start, z []T, loss []float64) {
	pass := decoding[T]{Decoder: d}
	pass.forward(t, &Batch{Batch: b}, start, z, loss, 0)
}

// errWeight says that the graph asks for another loss than the op was built for.
var errWeight = errors.New("the gradient of the loss of a row differs from the weight the op was built with")

// checkWeight compares the upstream gradient with weight: the output layer's
// gradients are computed in the forward pass, while its logits are at hand.
func checkWeight[T kernel.Float](grad []T, weight T) error {
	for _, g := range grad {
		if math.Abs(float64(g-weight)) > 1e-5*float64(weight) {
			return fmt.Errorf("%w: %g, not %g", errWeight, g, weight)
		}
	}
	return nil
}

func checkSize(b *Batch, n int) error {
	if b.Batch == nil || b.Size() != n {
		return fmt.Errorf("the graph is built for batches of %d examples", n)
	}
	return nil
}

// checkWords refuses responses with words outside the vocabulary of v words,
// which the softmax would score as impossible to miss.
func checkWords(b *Batch, v int) error {
	for _, target := range b.Target {
		for _, word := range target {
			if word < 0 || int(word) >= v {
				return fmt.Errorf("word %d is not in the vocabulary of %d", word, v)
			}
		}
	}
	return nil
}

// A scorer computes −ln p(x|z,c) of every example, and in training the
// gradients: those of the output layer in forward, while its logits are at
// hand, and the others in backward.
type scorer[T kernel.Float] interface {
	forward(t *kernel.Team, b *Batch, start, z []T, loss []float64, weight T)
	// backward sets dstart (B, H) and dz (B, Z); either may be nil.
	backward(t *kernel.Team, dstart, dz []T)
}

// Decode adds −ln p(x|z,c) of every example, (B) in nats, to the graph. start
// (B, H) is the initial state (nil: zero), z (B, Z) the latent of a decoder
// that reads it; anchor gives the op a place in the graph when both are nil. In
// training weight is the factor of every row's loss in the objective, which the
// graph must respect; 0 scores without dropout and has no gradient.
//
// disagreement (B) is the term of fraternal dropout, with which the graph must
// do the same; nil where there is none.
func Decode[T kernel.Float](t *kernel.Team, w *Decoder[T], b *Batch, anchor, start, z *G.Node, weight float64) (rec, disagreement *G.Node, err error) {
	var s scorer[T] = &decoding[T]{Decoder: w}
	var twins *fraternal[T]
	if w.Fraternal > 0 && weight > 0 {
		twins = newFraternal(w)
		s = twins
	}
	if rec, err = decodeLoss(t, w, b, s, anchor, start, z, weight); err != nil || twins == nil {
		return rec, nil, err
	}
	disagreement, err = twins.node(rec, weight)
	return rec, disagreement, err
}

func decodeLoss[T kernel.Float](t *kernel.Team, w *Decoder[T], b *Batch, s scorer[T], anchor, start, z *G.Node, weight float64) (*G.Node, error) {
	var inputs G.Nodes
	startAt, zAt := -1, -1
	if start != nil {
		startAt, inputs = len(inputs), append(inputs, start)
	}
	if z != nil {
		zAt, inputs = len(inputs), append(inputs, z)
	}
	if inputs == nil {
		inputs = G.Nodes{anchor}
	}
	n := inputs[0].Shape()[0]
	loss := make([]float64, n)
	return apply(&fused[T]{
		name: "decodeLoss",
		out:  tensor.Shape{n},
		forward: func(in [][]T, out []T) error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			if err := checkWords(b, w.Output.Weight.Rows); err != nil {
				return err
			}
			s.forward(t, b, pick(in, startAt), pick(in, zAt), loss, T(weight))
			for i, l := range loss {
				out[i] = T(l)
			}
			return nil
		},
		backward: func(_ [][]T, grad []T, din [][]T) error {
			if err := checkWeight(grad, T(weight)); err != nil {
				return err
			}
			for _, m := range din {
				clear(m)
			}
			s.backward(t, pick(din, startAt), pick(din, zAt))
			return nil
		},
	}, inputs...)
}

func pick[T kernel.Float](m [][]T, i int) []T {
	if i < 0 {
		return nil
	}
	return m[i]
}
