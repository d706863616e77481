package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// bn normalises the posterior mean over the batch, so that the expected KL has
// a floor (Zhu et al. 2020): μ̂ = γ(μ−m_B)/√(v_B+ε) + β, γ fixed, β learned.
//
// In dialogue, r = (μq−μp)/σp is normalised, and E[KL] ≥ n(γ²+β²)/2 holds as
// without a context. The paper's form is coordinates=raw, prior_kl=on: it
// normalises the mean of q and adds KL(p(z|c)‖N(0,I)) to the loss, which keeps
// the prior from following q all the way: about nγ²/8 nats of KL(q‖p) are
// guaranteed.
//
// Version v2 (Su 2020) normalises the standard deviation, too: the second output
// of the network stands for σ, and with a learned θ per dimension
// γμ² = τ+(1−τ)·sigmoid(θ) and γσ² = (1−τ)·sigmoid(−θ). As γμ²+γσ² = 1 and β = 0,
// the second moment of the aggregated posterior is the prior's.
var bn = Method{
	Name: "bn", Title: "BN-VAE, batch-normalised posterior means",
	Cite: "Zhu et al. 2020; v2: Su 2020, kexue.fm 7381",
	Parameters: []Parameter{
		{Name: "version", Dialogue: "v1", Text: "v1", Choices: []string{"v1", "v2"}, Help: "v1: fixed γ and learned β; v2: mean and standard deviation with coupled γ", Source: "Zhu et al. 2020; v2: Su 2020"},
		{Name: "gamma", Dialogue: 0.6, Text: 0.6, Max: 10, With: Values{"version": "v1"}, Help: "standard deviation of the normalised means", Source: "Zhu et al. 2020, table 1; 0.4 in the authors' dialogue code"},
		{Name: "beta", Dialogue: 0.0, Text: 0.0, Min: -10, Max: 10, With: Values{"version": "v1"}, Help: "first value of the learned shift", Source: "BatchNorm1d"},
		{Name: "learn_beta", Dialogue: "on", Text: "on", Choices: onOff, With: Values{"version": "v1"}, Help: "train the shift", Source: "authors' code"},
		{Name: "tau", Dialogue: 0.5, Text: 0.5, Min: 0.01, Max: 0.99, With: Values{"version": "v2"}, Help: "least share of the second moment that the means have", Source: "Su 2020"},
		coordinatesOf("normalised"),
		{Name: "prior_kl", Dialogue: "off", Text: "off", Choices: onOff, Only: cvae.Dialogue, Help: "add KL(p(z|c)‖N(0,I)) to the loss", Source: "ours; on: Zhu et al. 2020, section 4"},
		{Name: "prior_kl_weight", Dialogue: 1.0, Text: 1.0, Max: 100, Only: cvae.Dialogue, With: Values{"prior_kl": "on"}, Help: "weight of that KL", Source: "authors' code"},
		{Name: "epsilon", Dialogue: 1e-12, Text: 1e-12, Max: 1, Help: "added to the batch variance; PyTorch's 1e-5 cancels the method where means are small", Source: "ours"},
		{Name: "momentum", Dialogue: 0.1, Text: 0.1, Min: 1e-6, Max: 1, Help: "of the running statistics", Source: "BatchNorm1d"},
		calibrations(),
		firstWeights(),
		{Name: "min_batch", Dialogue: 2.0, Text: 2.0, Min: 2, Max: 1e6, Help: "smaller batches are not trained on", Source: "authors' code skips batches of one"},
	},
	Former: map[string]map[string]Values{"conditional": {
		"residual": {"coordinates": "residual", "prior_kl": "off", "calibration": 0.0, "init": "preset"},
		"paper":    {"coordinates": "raw", "prior_kl": "on", "calibration": 0.0, "init": "preset"},
	}},
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		b := &batchNorm{
			atLeast: atLeast(v.Int("min_batch")), in: v.coordinates(), tied: v.On("prior_kl"), weight: v.Number("prior_kl_weight"),
			gamma: v.Number("gamma"), beta: v.Number("beta"), learn: v.On("learn_beta"), tau: v.Number("tau"),
			coupled: v.Choice("version") == "v2",
			means:   standardiser{examples: v.Int("calibration"), epsilon: v.Number("epsilon"), momentum: v.Number("momentum")},
		}
		b.deviations = b.means
		b.deviations.prefix, b.deviations.suffix = "std_", "_of_std"
		return Parts{Parts: cvae.Parts{Posterior: b, FanIn: v.Choice("init") == "fan-in"}}, nil
	},
}

// batchNorm is the posterior of bn.
type batchNorm struct {
	cvae.GaussianPosterior // its draws
	atLeast
	in                       coordinates
	gamma, beta, tau, weight float64
	learn, coupled, tied     bool
	means, deviations        standardiser // deviations: v2 alone
}

// Infer implements cvae.Posterior.
func (b *batchNorm) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	u := b.normalise(s, b.in.recognised(s, f))
	q := b.in.back(s, u, f.Prior)
	z := s.Sample(q, s.Noise("posterior", s.Batch, s.Dim))
	code := cvae.Code{Z: z, Q: q, Drawn: q, P: f.Prior, KL: b.in.kl(s, u, f.Prior)}
	if b.tied && !f.Prior.Standard() {
		tie := s.Mean(s.SumRows(s.KL(f.Prior, cvae.Gaussian{})))
		s.Observe("prior_kl", tie)
		code.Side = s.Scale(b.weight, tie)
	}
	return code, s.Err()
}

// normalise is γ·x̂ + β for the mean x, and leaves the variance, or is v2.
func (b *batchNorm) normalise(s *cvae.Scope, raw cvae.Gaussian) cvae.Gaussian {
	mean := b.means.apply(s, raw.Mean)
	if b.coupled {
		return b.couple(s, mean, b.deviations.apply(s, raw.LogVar))
	}
	mean = s.Scale(b.gamma, mean)
	if b.learn {
		return cvae.Gaussian{Mean: s.AddRow(mean, s.Param("beta", s.Dim, b.beta)), LogVar: raw.LogVar}
	}
	return cvae.Gaussian{Mean: s.Shift(mean, b.beta), LogVar: raw.LogVar}
}

// leastVariance keeps ln σ² finite in v2, where a normalised σ may be 0.
const leastVariance = 1e-6

// couple scales the standardised mean and standard deviation by γμ and γσ.
func (b *batchNorm) couple(s *cvae.Scope, mean, std *G.Node) cvae.Gaussian {
	theta := s.Param("theta", s.Dim, 0)
	ofMean := s.Sqrt(s.Shift(s.Scale(1-b.tau, sigmoid(s, theta)), b.tau))
	ofStd := s.Scale(1-b.tau, sigmoid(s, s.Scale(-1, theta)))
	return cvae.Gaussian{
		Mean:   s.MulRow(mean, ofMean),
		LogVar: s.Log(s.MulRow(s.Shift(s.Square(std), leastVariance), ofStd)),
	}
}

// AfterUpdate implements cvae.AfterUpdater.
func (b *batchNorm) AfterUpdate(observed map[string][]float64) {
	b.means.move(observed)
	b.deviations.move(observed)
}

// Calibration implements cvae.Calibrator.
func (b *batchNorm) Calibration() int { return b.means.Calibration() }

// Calibrate implements cvae.Calibrator.
func (b *batchNorm) Calibrate(observed map[string]cvae.Spread) {
	b.means.calibrate(observed)
	b.deviations.calibrate(observed)
}
