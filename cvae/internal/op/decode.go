package op

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A Decoder is p(x|z,c) as a network of some kind: it scores responses, in
// training with gradients, and says them word by word.
type Decoder[T kernel.Float] interface {
	// Words is the word embedding, (V, E).
	Words() *Weight[T]
	// Longest is the most words of a response, 0 where there is no limit.
	Longest() int
	// ReadsLatent reports whether z enters besides what the decoder starts from.
	ReadsLatent() bool
	// Scorer makes what scores the batches of one graph, whose contexts s holds; nil:
	// it attends to none. That of training may drop out; the other need not be able to
	// go backward.
	Scorer(training bool, s *Source[T]) Scorer[T]
	// Generate starts m hypotheses from start (m, H), nil for zeros, z (m, Z), and the
	// contexts that they attend to: one for each, or the only one for all; nil: none.
	Generate(t *kernel.Team, m int, start, z []T, s *Source[T]) Stepper[T]
}

// A Scorer computes −ln p(x|z,c) and its gradients. It keeps from Forward what
// Backward needs.
type Scorer[T kernel.Float] interface {
	// Forward writes −ln p(x|z,c) of every example to loss (B), in nats, for what
	// the decoder starts from, start (B, H), nil for zeros, and z (B, Z). With a
	// Weight of the batch it drops out, and may add to gradients of weights: what it
	// differentiates is Weight·Σ loss.
	Forward(t *kernel.Team, b *Batch, start, z []T, loss []float64)
	// Backward adds the rest of those gradients, and sets dstart (B, H) and dz
	// (B, Z); either may be nil.
	Backward(t *kernel.Team, dstart, dz []T)
}

// A Disagreer is a Scorer whose training has another term besides the loss.
type Disagreer interface {
	// Disagreement is the term of every example in the last Forward, (B), whose
	// gradients are part of those of the Scorer.
	Disagreement() []float64
}

// A Stepper advances M hypotheses word by word; that of float32 is a
// decode.Stepper.
type Stepper[T kernel.Float] interface {
	// Begin returns the logits (M, V) of the first word.
	Begin() []T
	// Step appends words[i] to hypothesis rows[i] and returns the logits
	// (len(rows), V) of the next word, which are valid until the next call.
	Step(words []int32, rows []int) []T
}

func checkSize(b *Batch, n int) error {
	if b.Batch == nil || b.Size() != n {
		return fmt.Errorf("the graph is built for batches of %d examples", n)
	}
	return nil
}

// checkWords refuses responses longer than the decoder takes, 0 for any length, and
// with words outside the vocabulary of v words, which the softmax would score as
// impossible to miss.
func checkWords(b *Batch, v, longest int) error {
	for _, target := range b.Target {
		if longest > 0 && len(target) > longest {
			return fmt.Errorf("a response of %d words for a decoder of %d", len(target), longest)
		}
		for _, word := range target {
			if word < 0 || int(word) >= v {
				return fmt.Errorf("word %d is not in the vocabulary of %d", word, v)
			}
		}
	}
	return nil
}

// Decode adds −ln p(x|z,c) of every example, (B) in nats, to the graph. start
// (B, H) is what the decoder starts from (nil: zero), z (B, Z) the latent of one
// that reads it; anchor gives the op a place in the graph when both are nil. contexts
// is what it attends to, nil for nothing; start must depend on the op that writes it.
//
// disagreement (B) is the term of a Disagreer; nil without. The graph must weigh
// the rows of both by the Weight of the batch: gradients are begun in the forward
// pass, while the logits are at hand, and take the weight from there.
func Decode[T kernel.Float](t *kernel.Team, d Decoder[T], b *Batch, anchor, start, z *G.Node, contexts *Source[T], training bool) (rec, disagreement *G.Node, err error) {
	s := d.Scorer(training, contexts)
	if rec, err = decodeLoss(t, s, func() error { return checkWords(b, d.Words().Rows, d.Longest()) }, b, anchor, start, z); err != nil {
		return nil, nil, err
	}
	if terms, ok := s.(Disagreer); ok {
		disagreement, err = disagreeing[T](terms, rec)
	}
	return rec, disagreement, err
}

func decodeLoss[T kernel.Float](t *kernel.Team, s Scorer[T], check func() error, b *Batch, anchor, start, z *G.Node) (*G.Node, error) {
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
	return apply(decodeName, tensor.Shape{n}, fused[T]{
		check: func() error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			return check()
		},
		forward: func(in [][]T, out []T) {
			s.Forward(t, b, pick(in, startAt), pick(in, zAt), loss)
			for i, l := range loss {
				out[i] = T(l)
			}
		},
		backward: func(_ [][]T, _ []T, din [][]T) {
			for _, m := range din {
				clear(m)
			}
			s.Backward(t, pick(din, startAt), pick(din, zAt))
		},
	}, inputs...)
}

func pick[T kernel.Float](m [][]T, i int) []T {
	if i < 0 {
		return nil
	}
	return m[i]
}

// disagreeing adds the terms of d, (B), to the graph of the loss. Their gradients
// are part of the Scorer's, so none goes back to the loss.
func disagreeing[T kernel.Float](d Disagreer, loss *G.Node) (*G.Node, error) {
	return apply("disagreement", tensor.Shape{loss.Shape()[0]}, fused[T]{
		forward: func(_ [][]T, out []T) {
			for i, term := range d.Disagreement() {
				out[i] = T(term)
			}
		},
		backward: func(_ [][]T, _ []T, din [][]T) {
			clear(din[0])
		},
	}, loss)
}
