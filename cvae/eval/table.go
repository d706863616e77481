package eval

import "github.com/cvae-go/cvae/dialog/metric"

const (
	nats     = "nats per response"
	perToken = "perplexity per token"
	units    = "dimensions"
)

// Table returns a row for each metric of Report, in their order. Sources are keys
// of the references of packages latent and metric. In its formulas the mean over the
// responses is left out, q is the posterior that the rate is charged for, q̂ the
// one that z is drawn from, r what replies draw z from and p the prior.
func Table() []metric.Metric {
	return []metric.Metric{
		{Name: "Distortion", Key: "rec", Formula: "−ln p(x|z,c), z drawn from the posterior q̂", Unit: nats, Direction: metric.Lower, Source: "[kingma]"},
		{Name: "Rate", Key: "kl", Formula: "KL(q‖p), without side terms", Unit: nats, Direction: metric.Neither, Source: "[kingma]"},
		{Name: "Rate of a dimension", Key: "kl_per_dim", Formula: "½(ln σp²/σ² + (σ² + (μ−μp)²)/σp² − 1)", Unit: nats, Direction: metric.Neither, Source: "[kingma]"},
		{Name: "Rate of a word", Key: "kl_per_step", Formula: "KL(q‖p) of the z of a word, the mean over the responses that have it", Unit: nats, Direction: metric.Neither, Source: "[razavi]"},
		{Name: "Committed rate", Key: "committed_rate", Formula: "the least KL(q‖p) of any posterior of the family", Unit: nats, Direction: metric.Neither, Source: "[razavi]"},
		{Name: "Rate of a length", Key: "lengths", Formula: "kl and committed_rate of the responses of each length", Unit: nats, Direction: metric.Neither, Source: "[razavi]"},
		{Name: "KL of the prior", Key: "prior_kl", Formula: "KL(p(z|c)‖N(0,I))", Unit: nats, Direction: metric.Neither, Source: "[zhu]"},
		{Name: "Side term", Key: "side", Formula: "what the method adds to its loss, as weighted there", Unit: nats, Direction: metric.Neither, Source: "here"},
		{Name: "Negative log-likelihood, bound", Key: "nll.elbo", Formula: "rec + KL(q̂‖r), r what replies draw z from: an upper bound, exact without a latent", Unit: nats, Direction: metric.Lower, Source: "[kingma]"},
		{Name: "Negative log-likelihood, importance-weighted", Key: "nll.iw", Formula: "−ln 1/K Σ_k p(x|z_k,c) r(z_k) / q̂(z_k), z_k ~ q̂: a tighter upper bound, ± its standard error", Unit: nats, Direction: metric.Lower, Source: "[burda]"},
		{Name: "Standard error of the importance-weighted bound", Key: "nll.iw_se", Formula: "standard deviation of the means of 1000 bootstrap samples of the responses", Unit: nats, Direction: metric.Lower, Source: "Efron 1979"},
		{Name: "Negative log-likelihood of the rows of nll.iw", Key: "nll.elbo_iw_rows", Formula: "nll.elbo of the examples that nll.iw was estimated on, the one to compare it with", Unit: nats, Direction: metric.Lower, Source: "here"},
		{Name: "Gain of importance weights", Key: "nll.gain", Formula: "nll.elbo_iw_rows − nll.iw", Unit: nats, Direction: metric.Neither, Source: "[burda]"},
		{Name: "Standard error of the gain", Key: "nll.gain_se", Formula: "standard deviation of the means of 1000 bootstrap samples of the differences", Unit: nats, Direction: metric.Lower, Source: "Efron 1979"},
		{Name: "Negative log-likelihood, auxiliary prior", Key: "nll.aux", Formula: "rec + KL(q‖p_aux), p_aux the prior fitted after training that replies draw from; nll.elbo is of the prior of training", Unit: nats, Direction: metric.Lower, Source: "[razavi]"},
		{Name: "Perplexity, bound", Key: "ppl.elbo", Formula: "exp(Σ nll.elbo / Σ tokens), </s> counted", Unit: perToken, Direction: metric.Lower, Source: "[kingma]"},
		{Name: "Perplexity, importance-weighted", Key: "ppl.iw", Formula: "exp(Σ nll.iw / Σ tokens), </s> counted", Unit: perToken, Direction: metric.Lower, Source: "[burda]"},
		{Name: "Perplexity, auxiliary prior", Key: "ppl.aux", Formula: "exp(Σ nll.aux / Σ tokens), </s> counted", Unit: perToken, Direction: metric.Lower, Source: "[razavi]"},
		{Name: "Perplexity of the reconstruction", Key: "ppl.reconstruction", Formula: "exp(Σ rec / Σ tokens): z has seen the response, so it is no model's perplexity", Unit: perToken, Direction: metric.Lower, Source: "[zhao]"},
		{Name: "Mutual information of response and z", Key: "mi.full", Formula: "KL(q̂(z|x)‖q̂(z)) of whitened posteriors, q̂(z) over all examples, / its ceiling ln N", Unit: nats, Direction: metric.Higher, Source: "[hoffman]"},
		{Name: "Standard error of the mutual information", Key: "mi.full_se", Formula: "deviation of the terms of mi.full / √N", Unit: nats, Direction: metric.Lower, Source: "here"},
		{Name: "Mutual information within a batch", Key: "mi.minibatch", Formula: "as mi.full, q̂(z) over the M examples of a training batch", Unit: nats, Direction: metric.Higher, Source: "[he]"},
		{Name: "Mutual information with the context", Key: "mi.raw_full", Formula: "as mi.full, of posteriors that are not whitened", Unit: nats, Direction: metric.Higher, Source: "[hoffman]"},
		{Name: "Mutual information of response and z of a word", Key: "mi.per_step", Formula: "as mi.full of the z of a word, over the responses that have it", Unit: nats, Direction: metric.Higher, Source: "here"},
		{Name: "Mutual information over the words", Key: "mi.steps", Formula: "Σ_t mi.per_step over the words of a response, at least I(x;z_1…z_T): what two words say alike counts twice; / its ceiling", Unit: nats, Direction: metric.Higher, Source: "here"},
		{Name: "Standard error of the mutual information over the words", Key: "mi.steps_se", Formula: "deviation of the terms of mi.steps / √N", Unit: nats, Direction: metric.Lower, Source: "here"},
		{Name: "Ceiling of the mutual information", Key: "mi.ceiling", Formula: "ln N and ln M, and Σ_t ln N_t of the words, the most that the estimates can report", Unit: nats, Direction: metric.Neither, Source: "[he]"},
		{Name: "Active units", Key: "active_units", Formula: "|{d: Var(μ̂_d) ≥ 0.01}|, those whose posterior mean varies, of all", Unit: units, Direction: metric.Higher, Source: "[burda]"},
		{Name: "Residual active units", Key: "residual_active_units", Formula: "|{d: Var((μ̂_d−μp_d)/σp_d) ≥ 0.01}|, those whose posterior mean varies relative to the prior of its context, of all", Unit: units, Direction: metric.Higher, Source: "here"},
		{Name: "Active units that are charged", Key: "active_units_charged", Formula: "|{d: Var(μ_d) ≥ 0.01}| of the posterior q that the rate is charged for, of all", Unit: units, Direction: metric.Neither, Source: "here"},
		{Name: "Spread of the means", Key: "mean_std", Formula: "√(mean_d Var((μ̂_d−μp_d)/σp_d))", Unit: "standard deviations of the prior", Direction: metric.Neither, Source: "[song]"},
		{Name: "Scale-VAE's objective", Key: "bounds.e1", Formula: "rec + KL(q‖p), which bounds no model's likelihood", Unit: nats, Direction: metric.Neither, Source: "[song]"},
		{Name: "Scale-VAE's bound, scaled draws", Key: "bounds.e2", Formula: "rec + KL(q̂‖f⊙p), of the generator that decodes f⊙z, z ~ p", Unit: nats, Direction: metric.Lower, Source: "[song]"},
		{Name: "Scale-VAE's bound, unscaled draws", Key: "bounds.e3", Formula: "rec + KL(q̂‖p), of the generator that decodes z ~ p", Unit: nats, Direction: metric.Lower, Source: "[song]"},
		{Name: "Scale-VAE's bound, draws from the moments", Key: "bounds.e4", Formula: "rec + KL(q̂‖N(m̂,v̂)), of the generator that draws from the moments of the aggregated posterior in training", Unit: nats, Direction: metric.Lower, Source: "here"},
	}
}
