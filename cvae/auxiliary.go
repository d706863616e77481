package cvae

import (
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog"
)

// makeAuxiliary makes the auxiliary prior, for a posterior that asks for one. In
// dialogue it reads the features of the context, besides what the prior network says.
func (m *Model[T]) makeAuxiliary() {
	p, ok := m.Parts.Posterior.(AuxiliaryPrior)
	if !ok {
		return
	}
	alpha, hidden := p.Auxiliary(m.Config.Latent.Dim)
	if hidden == 0 {
		return
	}
	make := m.maker(nn.Auxiliary)
	m.auxiliary = &op.AuxiliaryPrior[T]{
		Alpha:  alpha,
		Layer:  make.Recurrent("auxiliary", op.LSTM, len(alpha), hidden),
		Output: make.Zeros("auxiliary.output", 2*len(alpha), hidden),
	}
	if m.context != nil {
		m.auxiliary.Start = make.Affine("auxiliary.start", hidden, true, false, m.contextWidth())
	}
}

// stepsOf is the steps of z of every response of a batch.
func (m *Model[T]) stepsOf(b *dialog.Batch) (steps []int) {
	z := m.Latent()
	for _, words := range b.Target {
		steps = append(steps, z.Length(len(words))/z.Dim)
	}
	return steps
}

// chain is the posteriors of a batch with its scoring result, relative to the prior.
func (m *Model[T]) chain(b *dialog.Batch, r *Result) op.Chain[T] {
	c := op.Chain[T]{Lengths: m.stepsOf(b), C: numbersOf[T](r.C), Mean: make([]T, len(r.Z)), LogVar: make([]T, len(r.Z)), A: make([]T, len(r.Z))}
	for k := range r.Z {
		mean, logvar := 0.0, 0.0
		if r.P.Mean != nil {
			mean, logvar = r.P.Mean[k], r.P.LogVar[k]
		}
		std := math.Exp(0.5 * logvar)
		c.Mean[k], c.LogVar[k], c.A[k] = T((r.Drawn.Mean[k]-mean)/std), T(r.Drawn.LogVar[k]-logvar), T((r.Z[k]-mean)/std)
	}
	return c
}

// LogReplyDensity is the log-density (B), in nats, that replies to the contexts of a
// batch with its scoring result draw z (B,Z) with: that of the auxiliary prior where
// there is one, else of the chain. The z is a sequence of an [AuxiliaryPrior].
func (m *Model[T]) LogReplyDensity(b *dialog.Batch, r *Result, z []float32) []float64 {
	shape, steps := m.Latent(), m.stepsOf(b)
	logs, a := make([]float64, len(steps)), make([]T, len(z))
	for i := range logs {
		for k := i * shape.Width(); k < i*shape.Width()+steps[i]*shape.Dim; k++ {
			mean, logvar := 0.0, 0.0
			if r.P.Mean != nil {
				mean, logvar = r.P.Mean[k], r.P.LogVar[k]
			}
			a[k] = T((float64(z[k]) - mean) * math.Exp(-0.5*logvar))
			logs[i] -= 0.5 * logvar
		}
	}
	draws := m.auxiliary
	if draws == nil {
		alpha, _ := m.Parts.Posterior.(AuxiliaryPrior).Auxiliary(shape.Dim)
		draws = &op.AuxiliaryPrior[T]{Alpha: alpha} // the chain
	}
	op.NewAuxiliaryFit(draws).AddLogDensity(m.team, op.Chain[T]{Lengths: steps, A: a, C: numbersOf[T](r.C)}, logs)
	return logs
}

func numbersOf[T Float](values []float64) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// FitAuxiliary adds the gradients of the batch's mean −ln p_aux(z), z drawn from the
// posteriors of its scoring result, to those of the auxiliary prior. It reports whether
// there is one.
func (m *Model[T]) FitAuxiliary(b *dialog.Batch, r *Result) bool {
	if m.auxiliary == nil {
		return false
	}
	fit := op.NewAuxiliaryFit(m.auxiliary)
	fit.Forward(m.team, m.chain(b, r), make([]float64, b.Size()))
	fit.Backward(m.team, T(1/float64(b.Size())))
	return true
}

// Draw draws the z of n replies to one context, (n,Z), with its features c (H) and its
// prior, for standard normal eps (n,Z) times spread: from the auxiliary prior where
// there is one, else as the posterior says.
func (m *Model[T]) Draw(n int, c []T, prior PriorRow, eps []float32, spread float64) []float32 {
	z, d := make([]float32, len(eps)), m.Latent().Width()
	if m.auxiliary == nil {
		for i := range n {
			m.Parts.Posterior.Draw(z[i*d:(i+1)*d], eps[i*d:(i+1)*d], prior, spread)
		}
		return z
	}
	a := make([]T, len(eps))
	m.auxiliary.Draw(m.team, n, slices.Repeat(c, n), eps, spread, a)
	for k := range z {
		z[k] = float32(a[k])
	}
	for i := range n {
		DrawPrior(z[i*d:(i+1)*d], z[i*d:(i+1)*d], prior, 1)
	}
	return z
}
