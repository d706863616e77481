package op

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// BagOfWords adds −Σ_t ln softmax(h·Wᵀ + b)[x_t] of every example (Zhao, Zhao
// and Eskenazi 2017), (B) in nats per response, to the graph of h (B, H). The
// words are those the decoder predicts, </s> included. weight is the factor of
// every row in the objective, which the graph must respect; 0 only scores.
func BagOfWords[T kernel.Float](t *kernel.Team, w *Output[T], b *Batch, h *G.Node, weight float64) (*G.Node, error) {
	n := h.Shape()[0]
	var s softmax[T]
	var g targets
	loss := make([]float64, n)
	var dh []T
	if weight > 0 {
		dh = make([]T, h.Shape().TotalSize())
	}
	return apply(&fused[T]{
		name: "bagOfWords",
		out:  tensor.Shape{n},
		forward: func(in [][]T, out []T) error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			g.reset()
			for _, words := range b.Target {
				g.add(words...)
			}
			s.run(t, w, in[0], &g, T(weight), loss, dh)
			for i, l := range loss {
				out[i] = T(l)
			}
			return nil
		},
		backward: func(_ [][]T, grad []T, din [][]T) error {
			copy(din[0], dh)
			return checkWeight(grad, T(weight))
		},
	}, h)
}
