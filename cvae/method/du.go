package method

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// du spreads the posterior means by batch normalisation with a learned weight
// per dimension of root mean square γ, and keeps the variances wide by a floor
// α/(2πe) and by dropout (Shen et al. 2021). Floor and dropout act from where
// beta is 1; the KL of training, with dropped variances, is above that of
// scoring.
//
// The paper has no context. Normalised means of z itself (coordinates=raw) can
// follow the context alone, with the prior behind them: their spread is γ and the
// KL is 0. So means and variances are those relative to the prior, where the floor
// is a share of the prior's variance and the KL is ½nγ² or more.
var du = Method{
	Name: "du", Title: "DU-VAE, diverse means and uncertain variances",
	Cite: "Shen et al. 2021",
	Parameters: []Parameter{
		{Name: "gamma", Dialogue: 0.6, Text: 0.6, Min: 1e-3, Max: 10, Help: "root mean square of the weights of the normalised means", Source: "Song et al. 2024, table 1, Yahoo"},
		{Name: "keep", Dialogue: 0.8, Text: 0.8, Min: 0.01, Max: 1, Help: "probability of keeping a variance; the authors' p_drop is 1−keep", Source: "Song et al. 2024, table 1"},
		{Name: "alpha", Dialogue: 1.0, Text: 1.0, Min: 1e-6, Max: 100, Help: "least variance, times 2πe", Source: "authors' code"},
		coordinatesOf("normalised"),
		{Name: "epsilon", Dialogue: 1e-12, Text: 1e-12, Max: 1, Help: "added to the batch variance", Source: "ours, as in bn"},
		{Name: "momentum", Dialogue: 0.1, Text: 0.1, Min: 1e-6, Max: 1, Help: "of the running statistics", Source: "BatchNorm1d"},
		calibrations(),
		firstWeights(),
		{Name: "min_batch", Dialogue: 16.0, Text: 16.0, Min: 2, Max: 1e6, Help: "smaller batches are not trained on", Source: "authors' code"},
	},
	Former:   formerly("whitened", "raw", Values{"calibration": 0.0, "init": "preset"}),
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Posterior: &diverse{
			atLeast: atLeast(v.Int("min_batch")), in: v.coordinates(),
			gamma: v.Number("gamma"), keep: v.Number("keep"), floor: v.Number("alpha") / (2 * math.Pi * math.E),
			means: standardiser{examples: v.Int("calibration"), epsilon: v.Number("epsilon"), momentum: v.Number("momentum")},
		}, FanIn: v.Choice("init") == "fan-in"}}, nil
	},
}

// diverse is the posterior of du.
type diverse struct {
	cvae.GaussianPosterior // its draws
	atLeast
	in                 coordinates
	gamma, keep, floor float64
	means              standardiser
	// weight is trained; annealed is 1 in every place once beta was 1.
	weight, annealed *cvae.Buffer
}

// Augments implements cvae.Augmenter.
func (p *diverse) Augments() string {
	if p.keep == 1 {
		return ""
	}
	return fmt.Sprintf("training drops %.3g %% of the variances, which costs KL, and validation none", 100*(1-p.keep))
}

// Infer implements cvae.Posterior.
func (p *diverse) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	eps, from := s.Noise("posterior", s.Batch, s.Dim), p.in.recognised(s, f)
	p.weight = s.Trained("weight", s.Dim, p.gamma)
	mean := s.MulRow(p.means.apply(s, from.Mean), p.weight.Node)
	mean = s.AddRow(mean, s.Param("beta", s.Dim, 0))
	u := cvae.Gaussian{Mean: mean, LogVar: s.Log(p.variance(s, s.Exp(from.LogVar)))}
	q, kl := p.in.back(s, u, f.Prior), p.in.kl(s, u, f.Prior)
	return cvae.Code{Z: s.Sample(q, eps), Q: q, Drawn: q, P: f.Prior, KL: kl}, s.Err()
}

// variance is g·v + α/(2πe) once beta is 1, g being 1/keep or 0 in training and
// 1 in scoring, and v itself before.
func (p *diverse) variance(s *cvae.Scope, v *G.Node) *G.Node {
	p.annealed = s.Buffer("annealed", s.Dim, 0)
	if s.Pass == cvae.Scoring {
		return s.AddRow(v, s.Scale(p.floor, p.annealed.Node))
	}
	draw := s.Noise("variance_dropout", s.Batch, s.Dim)
	on := s.Above(s.Add(s.Scale(0, draw), s.Beta()), 1-1e-6)
	s.Observe("annealed", on)
	// A standard normal draw is above −Φ⁻¹(keep) with probability keep.
	kept := s.Scale(1/p.keep, s.Above(draw, -math.Sqrt2*math.Erfinv(2*p.keep-1)))
	g := s.Shift(s.Mul(on, s.Shift(kept, -1)), 1)
	return s.Add(s.Mul(v, g), s.Scale(p.floor, on))
}

// AfterUpdate moves the running statistics, remembers whether beta was 1, and
// projects the weights back to their root mean square.
func (p *diverse) AfterUpdate(observed map[string][]float64) {
	p.means.move(observed)
	square, n := 0.0, p.weight.Len()
	for d := range n {
		square += p.weight.At(d) * p.weight.At(d) / float64(n)
	}
	for d := range n {
		p.weight.Set(d, p.weight.At(d)*p.gamma/math.Sqrt(square))
		if on := observed["annealed"]; on != nil {
			p.annealed.Set(d, on[d])
		}
	}
}

// waits implements waiting.
func (p *diverse) waits() string { return "the variance dropout of du" }

// Calibration implements cvae.Calibrator.
func (p *diverse) Calibration() int { return p.means.Calibration() }

// Calibrate implements cvae.Calibrator.
func (p *diverse) Calibrate(observed map[string]cvae.Spread) { p.means.calibrate(observed) }
