package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// BagOfWords adds −Σ_t ln softmax(h·Wᵀ + b)[x_t] of every example (Zhao, Zhao
// and Eskenazi 2017), (B) in nats per response, to the graph of h (B, H). The
// words are those the decoder predicts, </s> included. The graph must weigh every
// row by the Weight of the batch times factor.
func BagOfWords[T kernel.Float](t *kernel.Team, w *Output[T], b *Batch, h *G.Node, factor float64) (*G.Node, error) {
	n := h.Shape()[0]
	var s softmax[T]
	var g targets
	loss := make([]float64, n)
	var dh []T
	return apply("bagOfWords", tensor.Shape{n}, fused[T]{
		check: func() error { return checkSize(b, n) },
		forward: func(in [][]T, out []T) {
			g.reset()
			for _, words := range b.Target {
				g.add(words...)
			}
			var into []T
			if b.Weight > 0 {
				dh = resize(dh, len(in[0]))
				into = dh
			}
			s.run(t, w, in[0], &g, T(b.Weight*factor), loss, into)
			for i, l := range loss {
				out[i] = T(l)
			}
		},
		backward: func(_ [][]T, _ []T, din [][]T) {
			copy(din[0], dh)
		},
	}, h)
}
