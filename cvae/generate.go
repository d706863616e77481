package cvae

import (
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog"
)

// Condition encodes the contexts of a batch without a graph: c (B,H) and the
// prior's mean and log-variance (B,Z). All are nil where the model has none.
func (m *Model[T]) Condition(b *dialog.Batch) (c, mean, logvar []T) {
	if m.context == nil {
		return nil, nil, nil
	}
	n := b.Size()
	c = make([]T, n*m.Config.Context.Hidden)
	m.context.Encode(m.team, b, c)
	if m.labels != nil {
		features := c
		c = make([]T, n*m.contextWidth())
		m.labels.Append(b, features, c)
	}
	if m.prior == nil {
		return c, nil, nil
	}
	mean, logvar = make([]T, n*m.Config.Latent.Dim), make([]T, n*m.Config.Latent.Dim)
	m.prior.Run(m.team, n, mean, logvar, c)
	return c, mean, logvar
}

// initial is the initial state (n,H) of the decoder for c (n,H) and z (n,Z);
// nil without both.
func (m *Model[T]) initial(n int, c, z []T) []T {
	if m.start == nil {
		return nil
	}
	inputs := given(c, z)
	if m.act != nil {
		act := make([]T, n*m.act.Embedding.Cols)
		m.act.Mix(m.PredictActs(n, c, z), act)
		inputs = append(inputs, act)
	}
	out := make([]T, n*m.Config.Decoder.Hidden)
	m.start.Run(m.team, n, inputs, out)
	return out
}

// PredictActs is the probabilities (n,K) of the acts of n responses given c
// (n,H) and z (n,Z), those of act id 1 first; nil without a head for them.
func (m *Model[T]) PredictActs(n int, c, z []T) []T {
	if m.act == nil {
		return nil
	}
	out := make([]T, n*m.act.Logits.Width())
	m.act.Predict(m.team, n, given(c, z), out)
	return out
}

func given[T Float](c, z []T) (inputs [][]T) {
	for _, x := range [][]T{c, z} {
		if x != nil {
			inputs = append(inputs, x)
		}
	}
	return inputs
}

// Generate starts n hypotheses from c (n,H) and z (n,Z), nil where the model
// has none.
func (m *Model[T]) Generate(n int, c, z []T) *op.Generation[T] {
	return m.decoder.Generate(m.team, n, m.initial(n, c, z), z)
}

// Distortion returns −ln p(x|z,c) of every example, (B) in nats per response,
// for c (B,H) and z (B,Z), without a graph.
func (m *Model[T]) Distortion(b *dialog.Batch, c, z []T) []float64 {
	loss := make([]float64, b.Size())
	m.decoder.Loss(m.team, b, m.initial(b.Size(), c, z), z, loss)
	return loss
}
