package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// bn normalises the posterior mean over the batch, so that the expected KL has
// a floor (Zhu et al. 2020): μ̂ = γ(μ−m_B)/√(v_B+ε) + β, γ fixed, β learned.
//
// In dialogue, "paper" normalises the mean of q and adds KL(p(z|c)‖N(0,I)) to
// the loss, which keeps the prior from following q all the way: about nγ²/8 nats
// of KL(q‖p) are guaranteed. "residual" normalises r = (μq−μp)/σp instead, and
// E[KL] ≥ n(γ²+β²)/2 holds as without a context.
var bn = Method{
	Name: "bn", Title: "BN-VAE, batch-normalised posterior means",
	Cite: "Zhu et al. 2020",
	Parameters: []Parameter{
		{Name: "gamma", Dialogue: 0.6, Text: 0.6, Max: 10, Help: "standard deviation of the normalised means", Source: "Zhu et al. 2020, table 1; 0.4 in the authors' dialogue code"},
		{Name: "beta", Dialogue: 0.0, Text: 0.0, Min: -10, Max: 10, Help: "first value of the learned shift", Source: "BatchNorm1d"},
		{Name: "learn_beta", Dialogue: "on", Text: "on", Choices: onOff, Help: "train the shift", Source: "authors' code"},
		{Name: "conditional", Dialogue: "residual", Text: "residual", Choices: []string{"residual", "paper"}, Help: "what is normalised in dialogue", Source: "ours; paper: Zhu et al. 2020, section 4"},
		{Name: "prior_kl_weight", Dialogue: 1.0, Text: 1.0, Max: 100, Help: "weight of KL(p(z|c)‖N(0,I)) in the paper's form", Source: "authors' code"},
		{Name: "epsilon", Dialogue: 1e-12, Text: 1e-12, Max: 1, Help: "added to the batch variance; PyTorch's 1e-5 cancels the method where means are small", Source: "ours"},
		{Name: "momentum", Dialogue: 0.1, Text: 0.1, Min: 1e-6, Max: 1, Help: "of the running statistics", Source: "BatchNorm1d"},
		{Name: "min_batch", Dialogue: 2.0, Text: 2.0, Min: 2, Max: 1e6, Help: "smaller batches are not trained on", Source: "authors' code skips batches of one"},
	},
	Build: func(v Values, mode cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Posterior: &batchNorm{
			gamma: v.Number("gamma"), beta: v.Number("beta"), learn: v.On("learn_beta"),
			paper:  v.Choice("conditional") == "paper" && mode == cvae.Dialogue,
			weight: v.Number("prior_kl_weight"), epsilon: v.Number("epsilon"),
			momentum: v.Number("momentum"), least: v.Int("min_batch"),
		}}}, nil
	},
}

// batchNorm is the posterior of bn.
type batchNorm struct {
	gamma, beta, weight, epsilon, momentum float64
	learn, paper                           bool
	least                                  int
	mean, variance                         *cvae.Buffer
}

// Names of what training observes.
const (
	batchMean        = "batch_mean"
	batchVariance    = "batch_variance"          // population
	unbiasedVariance = "unbiased_batch_variance" // by B−1
	retention        = "retention"               // v/(v+ε): what of γ² the ε of the normalisation leaves
)

// Infer implements cvae.Posterior.
func (b *batchNorm) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	if b.paper {
		return b.inferPaper(s, f)
	}
	u := cvae.Gaussian{Mean: b.normalise(s, s.Whiten(f.Raw.Mean, f.Prior)), LogVar: f.Raw.LogVar}
	q := s.Unwhiten(u, f.Prior)
	noise := s.Noise("posterior", s.Batch, s.Dim)
	code := cvae.Code{Z: s.Sample(q, noise), Q: q, Drawn: q, P: f.Prior, KL: s.KL(u, cvae.Gaussian{})}
	return code, s.Err()
}

// inferPaper is section 4 of Zhu et al. 2020: BN on the mean of q alone, and the
// prior tied to N(0, I) by a side term.
func (b *batchNorm) inferPaper(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	q := cvae.Gaussian{Mean: b.normalise(s, f.Raw.Mean), LogVar: f.Raw.LogVar}
	tie := s.Mean(s.SumRows(s.KL(f.Prior, cvae.Gaussian{})))
	s.Observe("prior_kl", tie)
	return cvae.Code{
		Z: s.Sample(q, s.Noise("posterior", s.Batch, s.Dim)),
		Q: q, Drawn: q, P: f.Prior, KL: s.KL(q, f.Prior),
		Side: s.Scale(b.weight, tie),
	}, s.Err()
}

// normalise is γ(x−m)/√(v+ε) + β with the statistics of the batch in training
// and the running ones in scoring.
func (b *batchNorm) normalise(s *cvae.Scope, x *G.Node) *G.Node {
	b.mean = s.Buffer("bn.running_mean", s.Dim, 0)
	b.variance = s.Buffer("bn.running_variance", s.Dim, 1)
	centred, variance := s.SubRow(x, b.mean.Node), b.variance.Node
	if s.Pass == cvae.Training {
		var mean *G.Node
		variance, mean, centred = s.Variance(x)
		s.Observe(batchMean, mean)
		s.Observe(unbiasedVariance, s.Scale(float64(s.Batch)/float64(s.Batch-1), variance))
		s.Observe(retention, s.Div(variance, s.Shift(variance, b.epsilon)))
	}
	scaled := s.Scale(b.gamma, s.DivRow(centred, s.Sqrt(s.Shift(variance, b.epsilon))))
	if b.learn {
		return s.AddRow(scaled, s.Param("bn.beta", s.Dim, b.beta))
	}
	return s.Shift(scaled, b.beta)
}

// AfterUpdate moves the running statistics as PyTorch does: the running
// variance takes the unbiased variance of the batch.
func (b *batchNorm) AfterUpdate(observed map[string][]float64) {
	for d, v := range observed[unbiasedVariance] {
		b.mean.Set(d, (1-b.momentum)*b.mean.At(d)+b.momentum*observed[batchMean][d])
		b.variance.Set(d, (1-b.momentum)*b.variance.At(d)+b.momentum*v)
	}
}

// MinBatch implements cvae.MinBatcher.
func (b *batchNorm) MinBatch() int { return b.least }

// Draw implements cvae.Posterior.
func (b *batchNorm) Draw(z, eps []float32, prior cvae.PriorRow, spread float64) {
	cvae.DrawPrior(z, eps, prior, spread)
}
