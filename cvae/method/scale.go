package method

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// scale multiplies the posterior means by one factor per dimension, the same for
// all data, before the decoder reads them, and charges the unscaled posterior
// (Song et al. 2024): f = des_std/Std(μ), ẑ ~ N(f⊙μ, σ²), rate KL(N(μ,σ²)‖p).
// At first every batch uses its own f, afterwards all use f̄ of the epoch before.
//
// The paper replies with f̄⊙z, z ~ p. Here z of replies has mean and variance of
// the aggregated posterior of training examples, N(m̂, v̂), which is nearer to what
// the decoder has seen; its bound is E4, that of the paper's generator E2.
//
// In text mode the first means are small, and f is 1e1 to 1e4. A stopped gradient
// to them is f times as large and diverges under SGD; the attached one is not, but
// without annealing the KL then shrinks the means faster than f grows.
//
// What all means of a dimension have in common is multiplied by f as well. Nothing
// holds it: on the synthetic text f·mean(μ) grew to 16, 330 and 760 in three epochs
// where training failed, and stayed below 0.5 where it did not. The decoder learns
// nothing from such a z, and its gradient vanishes beside that of the encoder when
// both are clipped together. Therefore text mode subtracts the common mean before it
// scales (centre). While batches use their own factor nothing holds the length of
// means against the KL. A later f̄ of 20 makes a step in z 400 times as long as one
// in μ, and SGD diverges; after 1000 steps f is below 10 (f_steps). In dialogue, the spread of raw means may come from the context
// alone.
var scale = Method{
	Name: "scale", Title: "Scale-VAE, scaled-up posterior means",
	Cite: "Song et al. 2024",
	Parameters: []Parameter{
		{Name: "des_std", Dialogue: 0.7, Text: 0.7, Min: 1e-6, Max: 100, Help: "standard deviation of the scaled means", Source: "Song et al. 2024, table 1"},
		{Name: "f_epo", Dialogue: 1.0, Text: 1.0, Max: 1e6, Help: "epochs, at the least, in which every batch uses its own factor", Source: "Song et al. 2024, Yahoo"},
		{Name: "f_steps", Dialogue: 0.0, Text: 1000.0, Max: 1e9, Help: "steps, at the least, in which every batch uses its own factor, to the end of an epoch", Source: "ours"},
		coordinatesOf("scaled"),
		{Name: "detach", Dialogue: "on", Text: "off", Choices: onOff, Smooth: map[string]Values{"on": {"f_epo": 0.0, "f_steps": 0.0}, "off": {"f_max": 1e6, "des_std": 0.1}}, Help: "keep gradients out of the factor; attached, the KL shrinks the means without end unless beta begins at 0", Source: "ours"},
		{Name: "centre", Dialogue: "off", Text: "on", Earlier: "off", Choices: onOff, With: Values{"coordinates": "residual"}, Help: "subtract the mean that all examples share before scaling, as a batch normalisation does", Source: "ours"},
		{Name: "warm_up", Dialogue: 0.0, Text: 5.0, Max: 1e6, Help: "epochs in which beta rises from 0 to 1, unless a schedule is joined; 0: none", Source: "ours; the paper anneals in all rows but one"},
		{Name: "generator", Dialogue: "moments", Text: "moments", Choices: []string{"moments", "paper"}, With: Values{"coordinates": "residual"}, Help: "what replies draw z from: moments of the aggregated posterior, which a calibration finds, or f⊙z", Source: "ours; paper: Song et al. 2024"},
		calibrations(),
		firstWeights(),
		{Name: "min_batch", Dialogue: 16.0, Text: 16.0, Min: 2, Max: 1e6, Help: "smaller batches are not trained on", Source: "ours; batches of a few examples inflate 1/Std"},
		{Name: "f_max", Dialogue: 20.0, Text: 1e6, Min: 1, Max: 1e6, Help: "largest factor", Source: "ours"},
	},
	Former:   formerly("residual", "literal", Values{"generator": "paper", "calibration": 0.0, "f_steps": 0.0, "warm_up": 0.0, "init": "preset", "centre": "off"}),
	Compares: true,
	Build: func(v Values, mode cvae.Mode) (Parts, error) {
		p := &scaled{
			atLeast: atLeast(v.Int("min_batch")), in: v.coordinates(), detach: v.On("detach"), examples: v.Int("calibration"),
			std: v.Number("des_std"), epochs: v.Number("f_epo"), steps: v.Number("f_steps"), limit: v.Number("f_max"),
		}
		relative := p.in == residual || mode == cvae.Text
		p.moments = v.Choice("generator") == "moments" && relative && p.examples > 1
		p.centred = v.On("centre") && relative
		return Parts{Parts: cvae.Parts{Posterior: p, FanIn: v.Choice("init") == "fan-in"}, Anneal: rise(v.Number("warm_up"))}, nil
	},
}

// scaled is the posterior of scale.
type scaled struct {
	atLeast
	in                        coordinates
	std, epochs, steps, limit float64
	detach, moments, centred  bool
	examples                  int // of a calibration
	// mean is f̄. sum and count pool the batch variances of the epoch, done and
	// taken count finished epochs and steps, and ownFactor is 1 while batches use
	// their own f. centre is the mean of μ over training examples, and shared the
	// sum of batch means. middle and spread are m̂ and v̂.
	mean, sum, count, done, taken, ownFactor, centre, shared, middle, spread *cvae.Buffer
}

// What scoring observes for a calibration, (B,Z): means before they are scaled,
// and variances.
const (
	unscaled      = "unscaled"
	drawnVariance = "drawn_variance"
)

// Infer implements cvae.Posterior.
func (p *scaled) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	p.buffers(s)
	q := p.in.recognised(s, f)
	mean, factor := p.factor(s, q.Mean)
	drawn := cvae.Gaussian{Mean: s.MulRow(mean, factor), LogVar: q.LogVar}
	generator := p.generators(s, factor, drawn, f.Prior)
	code := cvae.Code{P: f.Prior, KL: p.in.kl(s, q, f.Prior), Generator: p.in.back(s, generator, f.Prior), Generated: true}
	code.Q, code.Drawn = p.in.back(s, q, f.Prior), p.in.back(s, drawn, f.Prior)
	code.Z = s.Sample(code.Drawn, s.Noise("posterior", s.Batch, s.Dim))
	if s.Pass == cvae.Scoring {
		s.Observe(unscaled, q.Mean)
		s.Observe(drawnVariance, s.Exp(q.LogVar))
	}
	return code, s.Err()
}

func (p *scaled) buffers(s *cvae.Scope) {
	p.mean = s.Buffer("factor", s.Dim, 1)
	p.sum = s.Buffer("variance_sum", s.Dim, 0)
	p.count = s.Buffer("batches", 1, 0)
	p.done = s.Buffer("epochs", 1, 0)
	if p.steps > 0 {
		p.taken = s.Buffer("steps", 1, 0)
	}
	own := 0.0
	if p.epochs > 0 || p.steps > 0 {
		own = 1
	}
	p.ownFactor = s.Buffer("own_factor", s.Dim, own)
	if p.centred {
		p.centre, p.shared = s.Buffer("centre", s.Dim, 0), s.Buffer("mean_sum", s.Dim, 0)
	}
	if p.moments {
		p.middle, p.spread = s.Buffer("generator_mean", s.Dim, 0), s.Buffer("generator_variance", s.Dim, 1)
	}
}

// factor is the means (B,Z), centred where the setting says so, and f (Z): both by
// the batch's own statistics or by those of the epoch before.
func (p *scaled) factor(s *cvae.Scope, mean *G.Node) (centred, factor *G.Node) {
	if s.Pass == cvae.Scoring {
		return p.less(s, mean, nil), p.mean.Node
	}
	batch := s.Statistics(mean)
	variance := batch.Variance
	s.Observe(batchVariance, variance)
	if p.centred {
		s.Observe(batchMean, batch.Mean)
	}
	// The shift keeps 1/√v finite; the limit then bounds the factor.
	own := s.AtMost(s.Exp(s.Shift(s.Scale(-0.5, s.Log(s.Shift(variance, 1e-30))), math.Log(p.std))), p.limit)
	if p.detach {
		own = s.Stop(own)
	}
	chosen := s.Add(s.Mul(p.ownFactor.Node, own), s.Mul(s.Shift(s.Scale(-1, p.ownFactor.Node), 1), p.mean.Node))
	s.Observe("factor", chosen)
	s.Observe("scaled_std", s.Mul(chosen, s.Sqrt(variance)))
	return p.less(s, mean, batch.Mean), chosen
}

// less subtracts what all means share: the mean of the batch while it has its own
// factor, afterwards the mean over training examples.
func (p *scaled) less(s *cvae.Scope, mean, own *G.Node) *G.Node {
	switch {
	case !p.centred:
		return mean
	case own == nil:
		return s.SubRow(mean, p.centre.Node)
	}
	return s.SubRow(mean, s.Add(s.Mul(p.ownFactor.Node, own), s.Mul(s.Shift(s.Scale(-1, p.ownFactor.Node), 1), p.centre.Node)))
}

// generators is what replies draw z from, in these coordinates. Scoring observes
// KL(q̂‖r) of both candidates, (B): f times a draw of the prior, and N(m̂, v̂).
func (p *scaled) generators(s *cvae.Scope, factor *G.Node, drawn, prior cvae.Gaussian) cvae.Gaussian {
	zero := s.Scale(0, drawn.Mean)
	r := cvae.Gaussian{Mean: zero, LogVar: s.AddRow(zero, s.Scale(2, s.Log(factor)))}
	if p.in == raw && !prior.Standard() {
		r = cvae.Gaussian{Mean: s.MulRow(prior.Mean, factor), LogVar: s.Add(prior.LogVar, r.LogVar)}
	}
	p.rate(s, cvae.RateScaled, drawn, r)
	if p.moments {
		r = cvae.Gaussian{Mean: s.AddRow(zero, p.middle.Node), LogVar: s.AddRow(zero, s.Log(p.spread.Node))}
		p.rate(s, cvae.RateMoments, drawn, r)
	}
	return r
}

func (p *scaled) rate(s *cvae.Scope, name string, drawn, r cvae.Gaussian) {
	if s.Pass == cvae.Scoring {
		s.Observe(name, s.SumRows(s.KL(drawn, r)))
	}
}

// AfterUpdate pools the variance of the batch. Until an epoch is done f̄ follows
// the pool, so that an early checkpoint can reply.
func (p *scaled) AfterUpdate(observed map[string][]float64) {
	for d, v := range observed[batchVariance] {
		p.sum.Set(d, p.sum.At(d)+v)
	}
	if p.centred {
		for d, m := range observed[batchMean] {
			p.shared.Set(d, p.shared.At(d)+m)
		}
	}
	p.count.Set(0, p.count.At(0)+1)
	if p.taken != nil {
		p.taken.Set(0, p.taken.At(0)+1)
	}
	if p.done.At(0) == 0 {
		p.pool()
	}
}

// pool sets f̄ = des_std/√(mean batch variance) and the centre, which an epoch
// without batches leaves as they are. Replies draw as in the paper until a calibration.
func (p *scaled) pool() {
	if p.count.At(0) == 0 {
		return
	}
	for d := range p.sum.Len() {
		f := p.bounded(p.sum.At(d) / p.count.At(0))
		p.mean.Set(d, f)
		if p.centred {
			p.centre.Set(d, p.shared.At(d)/p.count.At(0))
		}
		if p.moments && p.done.At(0) == 0 {
			p.spread.Set(d, f*f)
		}
	}
}

// bounded is the factor for a variance of the means.
func (p *scaled) bounded(variance float64) float64 {
	return math.Min(p.limit, p.std/math.Max(math.Sqrt(variance), 1e-15))
}

// EndEpoch takes the epoch's f̄ for the next one.
func (p *scaled) EndEpoch() {
	p.pool()
	for d := range p.sum.Len() {
		p.sum.Set(d, 0)
		if p.centred {
			p.shared.Set(d, 0)
		}
	}
	p.count.Set(0, 0)
	p.done.Set(0, p.done.At(0)+1)
	if p.done.At(0) >= p.epochs && (p.taken == nil || p.taken.At(0) >= p.steps) {
		for d := range p.ownFactor.Len() {
			p.ownFactor.Set(d, 0)
		}
	}
}

// Calibration implements cvae.Calibrator.
func (p *scaled) Calibration() int { return p.examples }

// Calibrate sets f̄ = des_std/Std(m), so that the scaled means have des_std, the
// centre to mean(m), m̂ to the mean of what is drawn, f̄·mean(m) or 0, and
// v̂ = f̄²·Var(m) + mean(σ²).
func (p *scaled) Calibrate(observed map[string]cvae.Spread) {
	m, variance := observed[unscaled], observed[drawnVariance]
	for d, v := range m.Variance {
		f := p.bounded(v)
		p.mean.Set(d, f)
		middle := f * m.Mean[d]
		if p.centred {
			p.centre.Set(d, m.Mean[d])
			middle = 0
		}
		if p.moments {
			p.middle.Set(d, middle)
			p.spread.Set(d, f*f*v+variance.Mean[d])
		}
	}
}

// Draw implements cvae.Posterior.
func (p *scaled) Draw(z, eps []float32, prior cvae.PriorRow, spread float64) {
	if p.in == raw && !p.moments {
		cvae.DrawPrior(z, eps, prior, spread)
		for d := range z {
			z[d] *= float32(p.mean.At(d))
		}
		return
	}
	u := make([]float32, len(eps)) // relative to the prior
	for d, e := range eps {
		u[d] = e * float32(spread*p.mean.At(d))
		if p.moments {
			u[d] = float32(p.middle.At(d) + spread*math.Sqrt(p.spread.At(d))*float64(e))
		}
	}
	cvae.DrawPrior(z, u, prior, 1)
}
