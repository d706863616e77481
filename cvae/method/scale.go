package method

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// scale multiplies the posterior means by one factor per dimension, the same for
// all data, before the decoder reads them, and charges the unscaled posterior
// (Song et al. 2024): f = des_std/Std(μ), ẑ ~ N(f⊙μ, σ²), rate KL(N(μ,σ²)‖p).
// For f_epo epochs every batch uses its own f, afterwards f̄ of the epoch before.
// Replies decode f̄⊙z, z ~ p.
//
// In dialogue, the spread of raw means may come from the context alone.
var scale = Method{
	Name: "scale", Title: "Scale-VAE, scaled-up posterior means",
	Cite: "Song et al. 2024",
	Parameters: []Parameter{
		{Name: "des_std", Dialogue: 0.7, Text: 0.7, Min: 1e-6, Max: 100, Help: "standard deviation of the scaled means", Source: "Song et al. 2024, table 1"},
		{Name: "f_epo", Dialogue: 1.0, Text: 1.0, Max: 1e6, Help: "epochs in which every batch uses its own factor", Source: "Song et al. 2024, Yahoo"},
		coordinatesOf("scaled"),
		{Name: "detach", Dialogue: "on", Text: "on", Choices: onOff, Smooth: map[string]Values{"on": {"f_epo": 0.0}, "off": {"f_max": 1e6, "des_std": 0.1}}, Help: "keep gradients out of the factor; attached, the KL shrinks the means without end", Source: "ours"},
		{Name: "min_batch", Dialogue: 16.0, Text: 16.0, Min: 2, Max: 1e6, Help: "smaller batches are not trained on", Source: "ours; batches of a few examples inflate 1/Std"},
		{Name: "f_max", Dialogue: 20.0, Text: 20.0, Min: 1, Max: 1e6, Help: "largest factor", Source: "ours"},
	},
	Former:   formerly("residual", "literal"),
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Posterior: &scaled{
			atLeast: atLeast(v.Int("min_batch")), in: v.coordinates(), detach: v.On("detach"),
			std: v.Number("des_std"), epochs: v.Number("f_epo"), limit: v.Number("f_max"),
		}}}, nil
	},
}

// scaled is the posterior of scale.
type scaled struct {
	atLeast
	in                 coordinates
	std, epochs, limit float64
	detach             bool
	// mean is f̄. sum and count pool the batch variances of the epoch, done
	// counts finished epochs, and ownFactor is 1 while batches use their own f.
	mean, sum, count, done, ownFactor *cvae.Buffer
}

// Infer implements cvae.Posterior.
func (p *scaled) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	p.buffers(s)
	q := p.in.recognised(s, f)
	factor := p.factor(s, q.Mean)
	drawn := cvae.Gaussian{Mean: s.MulRow(q.Mean, factor), LogVar: q.LogVar}
	code := cvae.Code{P: f.Prior, KL: p.in.kl(s, q, f.Prior), Generated: true}
	code.Generator = p.generator(s, factor, f.Prior)
	code.Q, code.Drawn = p.in.back(s, q, f.Prior), p.in.back(s, drawn, f.Prior)
	code.Z = s.Sample(code.Drawn, s.Noise("posterior", s.Batch, s.Dim))
	return code, s.Err()
}

func (p *scaled) buffers(s *cvae.Scope) {
	p.mean = s.Buffer("factor", s.Dim, 1)
	p.sum = s.Buffer("variance_sum", s.Dim, 0)
	p.count = s.Buffer("batches", 1, 0)
	p.done = s.Buffer("epochs", 1, 0)
	own := 0.0
	if p.epochs > 0 {
		own = 1
	}
	p.ownFactor = s.Buffer("own_factor", s.Dim, own)
}

// factor is f (Z): the batch's own or f̄ in training, f̄ in scoring.
func (p *scaled) factor(s *cvae.Scope, mean *G.Node) *G.Node {
	if s.Pass == cvae.Scoring {
		return p.mean.Node
	}
	variance := s.Statistics(mean).Variance
	s.Observe(batchVariance, variance)
	// The shift keeps 1/√v finite; the limit then bounds the factor.
	own := s.AtMost(s.Exp(s.Shift(s.Scale(-0.5, s.Log(s.Shift(variance, 1e-30))), math.Log(p.std))), p.limit)
	if p.detach {
		own = s.Stop(own)
	}
	chosen := s.Add(s.Mul(p.ownFactor.Node, own), s.Mul(s.Shift(s.Scale(-1, p.ownFactor.Node), 1), p.mean.Node))
	s.Observe("factor", chosen)
	s.Observe("scaled_std", s.Mul(chosen, s.Sqrt(variance)))
	return chosen
}

// generator is what replies draw z from: f times a draw of the prior, in these
// coordinates.
func (p *scaled) generator(s *cvae.Scope, factor *G.Node, prior cvae.Gaussian) cvae.Gaussian {
	zero := s.Scale(0, s.Noise("shape", s.Batch, s.Dim))
	spread := s.AddRow(zero, s.Scale(2, s.Log(factor)))
	if p.in == raw && !prior.Standard() {
		return cvae.Gaussian{Mean: s.MulRow(prior.Mean, factor), LogVar: s.Add(prior.LogVar, spread)}
	}
	return p.in.back(s, cvae.Gaussian{Mean: zero, LogVar: spread}, prior)
}

// AfterUpdate pools the variance of the batch. Until an epoch is done f̄ follows
// the pool, so that an early checkpoint can reply.
func (p *scaled) AfterUpdate(observed map[string][]float64) {
	for d, v := range observed[batchVariance] {
		p.sum.Set(d, p.sum.At(d)+v)
	}
	p.count.Set(0, p.count.At(0)+1)
	if p.done.At(0) == 0 {
		p.pool()
	}
}

// pool sets f̄ = des_std/√(mean batch variance), which an epoch without batches
// leaves as it is.
func (p *scaled) pool() {
	if p.count.At(0) == 0 {
		return
	}
	for d := range p.sum.Len() {
		std := math.Sqrt(p.sum.At(d) / p.count.At(0))
		p.mean.Set(d, math.Min(p.limit, p.std/math.Max(std, 1e-15)))
	}
}

// EndEpoch takes the epoch's f̄ for the next one.
func (p *scaled) EndEpoch() {
	p.pool()
	for d := range p.sum.Len() {
		p.sum.Set(d, 0)
	}
	p.count.Set(0, 0)
	p.done.Set(0, p.done.At(0)+1)
	if p.done.At(0) >= p.epochs {
		for d := range p.ownFactor.Len() {
			p.ownFactor.Set(d, 0)
		}
	}
}

// Draw implements cvae.Posterior: f⊙eps about the prior mean, or f⊙z in raw
// coordinates.
func (p *scaled) Draw(z, eps []float32, prior cvae.PriorRow, spread float64) {
	if p.in == raw {
		cvae.DrawPrior(z, eps, prior, spread)
		for d := range z {
			z[d] *= float32(p.mean.At(d))
		}
		return
	}
	wide := make([]float32, len(eps))
	for d, e := range eps {
		wide[d] = e * float32(p.mean.At(d))
	}
	cvae.DrawPrior(z, wide, prior, spread)
}
