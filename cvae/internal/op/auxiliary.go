package op

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// An AuxiliaryPrior is the parameters of p_aux(a_1 … a_n | c), which is fitted to
// posteriors whose prior is an autoregressive chain of α (Razavi et al. 2019): an LSTM
// reads a_{t−1} and corrects the chain's conditional,
//
//	a_t ~ N(α⊙a_{t−1} + Δ_t, (1−α²)⊙exp Δ′_t), a_1 ~ N(Δ_1, exp Δ′_1).
//
// Where Output is 0 it is the chain. What it is fitted to is data: it sends no
// gradient there.
type AuxiliaryPrior[T kernel.Float] struct {
	Alpha  []float64     // (d)
	Start  *Affine[T]    // c to the cell before the first step (H); nil: zeros
	Layer  *Recurrent[T] // d inputs
	Output *Affine[T]    // H to [Δ; Δ′] (2d)
}

// conditional is α and the variance of dimension k of the chain in a step.
func (w *AuxiliaryPrior[T]) conditional(step, k int) (alpha, variance float64) {
	if step == 0 {
		return 0, 1
	}
	return w.Alpha[k], 1 - w.Alpha[k]*w.Alpha[k]
}

// A Chain is the posteriors of B responses in the coordinates of the chain, and a
// draw from them. Matrices are (B, T·d); rows past the steps do not count.
type Chain[T kernel.Float] struct {
	Lengths         []int // steps of each, from 1 to T
	Mean, LogVar, A []T
	C               []T // (B, Hc) features of the contexts; nil without Start
}

// An AuxiliaryFit is the activations of one run of an AuxiliaryPrior.
type AuxiliaryFit[T kernel.Float] struct {
	*AuxiliaryPrior[T]
	chain     Chain[T]
	seq       ragged
	input     input[T]
	run       run[T]
	start     []T // (B, H)
	first     []T // (positions, H) start
	hidden    []T // (rows, H)
	out, dout []T // (rows, 2d)
}

// NewAuxiliaryFit prepares runs of a prior, or of the chain alone, which has an Alpha and
// nothing else: then AddLogDensity is all that there is.
func NewAuxiliaryFit[T kernel.Float](w *AuxiliaryPrior[T]) *AuxiliaryFit[T] {
	f := &AuxiliaryFit[T]{AuxiliaryPrior: w}
	if w.Layer != nil {
		f.run = w.Layer.run(nil)
	}
	return f
}

// Forward writes KL(q‖chain) − KL(q‖p_aux) of every response to gain (B), in nats. It is
// an estimate from the draw A: both terms take what they read of the steps before
// from it, and the mean over the step itself exactly.
func (f *AuxiliaryFit[T]) Forward(t *kernel.Team, c Chain[T], gain []float64) {
	f.correct(t, c)
	f.dout = resize(f.dout, len(f.out))
	clear(gain)
	f.each(func(r, i, step int) { gain[i] += f.gain(r, i, step) })
}

// AddLogDensity adds ln p_aux(A) of every response to logs (B), in nats. It reads
// neither Mean nor LogVar.
func (f *AuxiliaryFit[T]) AddLogDensity(t *kernel.Team, c Chain[T], logs []float64) {
	d := len(f.Alpha)
	f.correct(t, c)
	f.each(func(r, i, step int) {
		out, before := row(f.out, r, 2*d), row(f.input.x, r, d)
		for k, a := range f.at(c.A, i, step) {
			alpha, variance := f.conditional(step, k)
			off := float64(a) - alpha*float64(before[k]) - float64(out[k])
			log := math.Log(variance) + float64(out[d+k])
			logs[i] -= 0.5 * (math.Log(2*math.Pi) + log + off*off*math.Exp(-log))
		}
	})
}

// correct computes the corrections of the chain's conditionals, given the steps before
// each in A.
func (f *AuxiliaryFit[T]) correct(t *kernel.Team, c Chain[T]) {
	d := len(f.Alpha)
	f.chain = c
	f.seq.layout(c.Lengths)
	f.input.of, f.input.x = nil, zeroed(f.input.x, f.seq.rows()*d)
	f.each(func(r, i, step int) {
		if step > 0 {
			copy(row(f.input.x, r, d), f.at(c.A, i, step-1))
		}
	})
	if f.Layer == nil {
		f.out = zeroed(f.out, f.seq.rows()*2*d)
		return
	}
	f.begin(t)
	f.hidden = f.run.forward(t, &f.seq, &f.input, f.first, nil)
	f.out = resize(f.out, f.seq.rows()*2*d)
	f.Output.Run(t, f.seq.rows(), [][]T{f.hidden}, f.out)
}

// each calls f with every row of the layout, its response and its step.
func (f *AuxiliaryFit[T]) each(visit func(r, i, step int)) {
	for p, i := range f.seq.order {
		for step := range f.seq.length[p] {
			visit(f.seq.offset[step]+p, i, step)
		}
	}
}

// at is a step of response i in a matrix (B, T·d).
func (f *AuxiliaryFit[T]) at(m []T, i, step int) []T {
	d, width := len(f.Alpha), len(m)/len(f.chain.Lengths)
	return row(row(m, i, width), step, d)
}

// begin sets what the layer starts from.
func (f *AuxiliaryFit[T]) begin(t *kernel.Team) {
	f.first = nil
	if f.Start == nil {
		return
	}
	n, h := len(f.chain.Lengths), f.Layer.Hidden
	f.start = resize(f.start, n*h)
	f.first = make([]T, n*h)
	f.Start.Run(t, n, [][]T{f.chain.C}, f.start)
	for p, i := range f.seq.order {
		copy(row(f.first, p, h), row(f.start, i, h))
	}
}

// gain is that of one row. It also sets the gradient of its negative by the outputs.
func (f *AuxiliaryFit[T]) gain(r, i, step int) (nats float64) {
	d := len(f.Alpha)
	out, dout := row(f.out, r, 2*d), row(f.dout, r, 2*d)
	mean, logvar, before := f.at(f.chain.Mean, i, step), f.at(f.chain.LogVar, i, step), row(f.input.x, r, d)
	for k := range d {
		alpha, variance := f.conditional(step, k)
		spread, off := math.Exp(float64(logvar[k])), float64(mean[k])-alpha*float64(before[k])
		shift, log := float64(out[k]), float64(out[d+k])
		left := off - shift
		corrected := variance * math.Exp(log)
		square := (spread + left*left) / corrected
		nats += 0.5 * ((spread+off*off)/variance - log - square)
		dout[k], dout[d+k] = T(-left/corrected), T(0.5*(1-square))
	}
	return nats
}

// Backward adds the gradients of −weight·Σ gain to those of the weights.
func (f *AuxiliaryFit[T]) Backward(t *kernel.Team, weight T) {
	rows, h := f.seq.rows(), f.Layer.Hidden
	kernel.Scale(t.Path(), f.dout, weight)
	weightGradient(t, rows, f.dout, f.hidden, f.Output.Weights[0])
	kernel.AddColumns(t, f.Output.Bias.Grad, f.dout)
	dhidden := make([]T, rows*h)
	inputGradient(t, rows, f.dout, f.Output.Weights[0], kernel.Base[T]{}, dhidden)
	if f.Start == nil {
		f.run.backward(t, &f.seq, &f.input, dhidden, nil, nil)
		return
	}
	n := len(f.chain.Lengths)
	dfirst, dstart := make([]T, n*h), make([]T, n*h)
	f.run.backward(t, &f.seq, &f.input, dhidden, dfirst, nil)
	for p, i := range f.seq.order {
		copy(row(dstart, i, h), row(dfirst, p, h))
	}
	weightGradient(t, n, dstart, f.chain.C, f.Start.Weights[0])
	kernel.AddColumns(t, f.Start.Bias.Grad, dstart)
}

// Draw writes n draws to a (n, T·d), for standard normal eps (n, T·d), times spread, and
// features of contexts c (n, Hc).
func (w *AuxiliaryPrior[T]) Draw(t *kernel.Team, n int, c []T, eps []float32, spread float64, a []T) {
	d := len(w.Alpha)
	var start []T
	if w.Start != nil {
		start = make([]T, n*w.Layer.Hidden)
		w.Start.Run(t, n, [][]T{c}, start)
	}
	hypotheses, in, out := w.Layer.begin(t, n, start, nil), input[T]{x: make([]T, n*d)}, make([]T, n*2*d)
	width := len(a) / n
	for step := range width / d {
		w.Output.Run(t, n, [][]T{hypotheses.advance(&in, nil)}, out)
		for i := range n {
			for k, before := range row(in.x, i, d) {
				alpha, variance := w.conditional(step, k)
				std := math.Sqrt(variance * math.Exp(float64(out[i*2*d+d+k])))
				at := i*width + step*d + k
				a[at] = T(alpha*float64(before) + float64(out[i*2*d+k]) + spread*std*float64(eps[at]))
			}
		}
		for i := range n {
			copy(row(in.x, i, d), a[i*width+step*d:])
		}
	}
}
