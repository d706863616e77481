package op

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// An Act is the parameters of the head that predicts the act of a response,
// which its decoder then starts from: the knowledge-guided part of Zhao, Zhao
// and Eskenazi 2017. There are K acts; act k has row k−1 of Embedding and logit
// k−1; act 0 is none.
type Act[T kernel.Float] struct {
	Hidden    *Affine[T]
	Logits    *Affine[T] // (K)
	Embedding *Weight[T] // (K, E)
}

// Probabilities writes those of the acts, softmax of the logits (rows, K), to out,
// which may be the logits.
func (a *Act[T]) Probabilities(logits, out []T) {
	k := a.Logits.Width()
	for i := range len(logits) / k {
		probabilities(row(logits, i, k), row(out, i, k))
	}
}

// Mix writes the embeddings of the acts, weighted by their probabilities, to out
// (rows, E), without a graph. It leaves those in the logits (rows, K).
func (a *Act[T]) Mix(logits, out []T) {
	a.Probabilities(logits, logits)
	e, k := a.Embedding.Cols, a.Logits.Width()
	for i := range len(logits) / k {
		a.mix(row(logits, i, k), row(out, i, e))
	}
}

func (a *Act[T]) mix(p, out []T) {
	for d := range out {
		sum := 0.0
		for k, v := range p {
			sum += float64(float64(v) * float64(a.Embedding.Value[k*a.Embedding.Cols+d]))
		}
		out[d] = T(sum)
	}
}

// probabilities writes softmax(logits) to out, which may be logits.
func probabilities[T kernel.Float](logits, out []T) {
	norm := float64(logSumExp(logits))
	for k, v := range logits {
		out[k] = T(math.Exp(float64(v) - norm))
	}
}

// actOf is the act of the response of example i, none in a batch without acts.
func actOf(b *dialog.Batch, i int) int32 {
	if len(b.Acts) == 0 {
		return dialog.None
	}
	return b.Acts[i]
}

// checkActs refuses acts that are not among k.
func checkActs(b *dialog.Batch, k int) error {
	if n := len(b.Acts); n != 0 && n != b.Size() {
		return fmt.Errorf("acts of %d examples for a batch of %d", n, b.Size())
	}
	for _, id := range b.Acts {
		if id < 0 || int(id) > k {
			return fmt.Errorf("act %d is not one of %d", id, k)
		}
	}
	return nil
}

// ActLoss adds −ln p(act) of each response (B), in nats, to the graph of the
// logits (B, K); it is 0 where the act is not known.
func ActLoss[T kernel.Float](b *Batch, logits *G.Node) (*G.Node, error) {
	n, k := logits.Shape()[0], logits.Shape()[1]
	return apply("actLoss", tensor.Shape{n}, fused[T]{
		check: func() error { return checkActs(b.Batch, k) },
		forward: func(in [][]T, out []T) {
			for i := range out {
				out[i] = 0
				if act := actOf(b.Batch, i); act != dialog.None {
					out[i] = logSumExp(row(in[0], i, k)) - row(in[0], i, k)[act-1]
				}
			}
		},
		backward: func(in [][]T, grad []T, din [][]T) {
			clear(din[0])
			for i, g := range grad {
				act := actOf(b.Batch, i)
				if act == dialog.None {
					continue
				}
				d := row(din[0], i, k)
				probabilities(row(in[0], i, k), d)
				d[act-1]--
				for j := range d {
					d[j] *= g
				}
			}
		},
	}, logits)
}

// GivenAct adds what the decoder starts from (B, E) to the graph of the logits
// (B, K): the embeddings of the acts weighted by their probabilities, and with
// teach, where the act of the response is known, the embedding of that act.
func GivenAct[T kernel.Float](a *Act[T], b *Batch, logits *G.Node, teach bool) (*G.Node, error) {
	n, k, e := logits.Shape()[0], logits.Shape()[1], a.Embedding.Cols
	var p []T
	told := func(i int) int32 {
		if !teach {
			return dialog.None
		}
		return actOf(b.Batch, i)
	}
	return apply("givenAct", tensor.Shape{n, e}, fused[T]{
		check: func() error { return checkActs(b.Batch, k) },
		forward: func(in [][]T, out []T) {
			p = resize(p, n*k)
			for i := range n {
				probabilities(row(in[0], i, k), row(p, i, k))
				if act := told(i); act != dialog.None {
					copy(row(out, i, e), a.Embedding.Row(a.Embedding.Value, act-1))
				} else {
					a.mix(row(p, i, k), row(out, i, e))
				}
			}
		},
		backward: func(_ [][]T, grad []T, din [][]T) {
			clear(din[0])
			for i := range n { // in order: rows share the embedding
				if act := told(i); act != dialog.None {
					a.send(act-1, 1, row(grad, i, e))
					continue
				}
				a.backward(row(p, i, k), row(grad, i, e), row(din[0], i, k))
			}
		},
	}, logits)
}

// backward sends the gradient (E) of one mix to the embedding and writes that of
// the logits (K): p_k(g·e_k − Σ_j p_j g·e_j).
func (a *Act[T]) backward(p, grad, dlogits []T) {
	mean := 0.0
	for k, v := range p {
		dot := 0.0
		for d, e := range a.Embedding.Row(a.Embedding.Value, int32(k)) {
			dot += float64(float64(grad[d]) * float64(e))
		}
		dlogits[k] = T(dot)
		mean += float64(float64(v) * dot)
		a.send(int32(k), v, grad)
	}
	for k, v := range p {
		dlogits[k] = T(float64(v) * (float64(dlogits[k]) - mean))
	}
}

// send adds v·grad (E) to the gradient of a row of the embedding.
func (a *Act[T]) send(r int32, v T, grad []T) {
	a.Embedding.Touch(r)
	to := a.Embedding.Row(a.Embedding.Grad, r)
	for d, g := range grad {
		to[d] += T(v * g)
	}
}
