package cvae

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/op"
)

// A Moments is the mean and log-variance of a Gaussian per example, (B,Z)
// row-major. The zero Moments stand for N(0, I).
type Moments struct{ Mean, LogVar []float64 }

// A Result is what one run of a graph saw, in nats per response.
type Result struct {
	Rec []float64 // (B) −ln p(x|z,c)
	KL  []float64 // (B,Z) KL(Q‖P); nil without a latent
	// Charged is what beta multiplies in the loss, (B): the KL summed over the
	// dimensions, or what the Rate makes of it. Nil without a latent.
	Charged []float64
	Z       []float64 // (B,Z)
	C       []float64 // (B,H) context features; nil without a context
	// Gain is KL(Q‖P) − KL(Q‖p_aux) of every example (B), with p_aux the auxiliary
	// prior that replies draw from; scoring estimates it from Z. Nil without.
	Gain []float64
	// Q is charged, Drawn sampled from, P the prior, Generator what replies
	// draw from.
	Q, Drawn, P, Generator Moments
	Loss                   float64   // scalar that the gradients are of, mean over the batch
	Side                   float64   // scalar side term of the posterior and the rate
	Bag                    []float64 // (B) bag-of-words loss; nil: none
	Observed               map[string][]float64
}

// first is the first n rows of r.
func (r *Result) first(n int) *Result {
	rows := len(r.Rec)
	head := func(m []float64) []float64 { return m[:len(m)/rows*n] }
	moments := func(m Moments) Moments { return Moments{head(m.Mean), head(m.LogVar)} }
	out := *r
	out.Rec, out.KL, out.Charged, out.Z, out.C, out.Bag = head(r.Rec), head(r.KL), head(r.Charged), head(r.Z), head(r.C), head(r.Bag)
	out.Gain = head(r.Gain)
	out.Q, out.Drawn, out.P, out.Generator = moments(r.Q), moments(r.Drawn), moments(r.P), moments(r.Generator)
	return &out
}

// result copies the outputs of the last run.
func (g *Graph[T]) result() (*Result, error) {
	o, r := g.outputs, &Result{Observed: map[string][]float64{}}
	var err error
	take := func(i int) []float64 {
		if i < 0 {
			return nil
		}
		values, e := doubles[T](g.machine.value(i))
		if e != nil && err == nil {
			err = e
		}
		return values
	}
	moments := func(i [2]int) Moments { return Moments{take(i[0]), take(i[1])} }
	r.Rec, r.KL, r.Z, r.C, r.Bag = take(o.rec), take(o.kl), take(o.z), take(o.c), take(o.bag)
	r.Charged = take(o.charged)
	r.Q, r.Drawn, r.P, r.Generator = moments(o.q), moments(o.drawn), moments(o.p), moments(o.generator)
	if loss := take(o.loss); loss != nil {
		r.Loss = loss[0]
	}
	if side := take(o.side); side != nil {
		r.Side = side[0]
	}
	for name, i := range g.watched {
		r.Observed[name] = take(i)
	}
	return r, err
}

// doubles copies a value, scalar or tensor, to float64.
func doubles[T Float](v G.Value) ([]float64, error) {
	if scalar, ok := v.(G.Scalar); ok {
		x, ok := scalar.Data().(T)
		if !ok {
			return nil, fmt.Errorf("a result of type %T", v.Data())
		}
		return []float64{float64(x)}, nil
	}
	d, err := op.Numbers[T](v)
	out := make([]float64, len(d))
	for i, x := range d {
		out[i] = float64(x)
	}
	return out, err
}
