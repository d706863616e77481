package eval

import (
	"encoding/json"
	"math"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
)

// A Number is not known when it does not apply or was not measured.
type Number = metric.Number

var unknown = Number(math.NaN())

// A Report is what Evaluate measured, the JSON of eval.json. Every key is
// always there; null means not applicable. Likelihoods, rates and information
// are in nats per response. q̂ is the distribution that z is drawn from, q the
// one that the rate is charged for (they differ for Scale-VAE), r the one that
// replies draw z from, p the prior.
type Report struct {
	Run    string `json:"run"`
	Corpus string `json:"corpus"`
	Split  string `json:"split"`
	Method string `json:"method"`

	Examples int `json:"examples"`
	Tokens   int `json:"tokens"` // predicted, </s> included

	Rec      Number   `json:"rec"`        // −ln p(x|z,c), z ~ q̂
	KL       Number   `json:"kl"`         // KL(q‖p), without side terms
	KLPerDim []Number `json:"kl_per_dim"` // (d), summed over the steps of z
	// KLPerStep is of every step of a z for every word, the mean over the responses
	// that have it; null for a vector.
	KLPerStep []Number `json:"kl_per_step"`
	// Committed is the least KL that any posterior of the model has; Lengths are the
	// KL and that least one for every length of a response, null for a vector.
	Committed Number          `json:"committed_rate"`
	Lengths   []dialog.Length `json:"lengths"`
	PriorKL   Number          `json:"prior_kl"` // KL(p(z|c)‖N(0,I)); dialogue only
	Side      Number          `json:"side"`     // side term of the method, as weighted in its loss
	NLL       NLL             `json:"nll"`
	PPL       PPL             `json:"ppl"`
	MI        MI              `json:"mi"`
	Active    *int            `json:"active_units"`          // of the means of q̂ (Burda et al. 2016)
	Residual  *int            `json:"residual_active_units"` // of the whitened means of q̂
	// Charged counts as Active does, of the means of q: fewer where a method
	// scales them up.
	Charged   *int   `json:"active_units_charged"`
	MeanStd   Number `json:"mean_std"`   // √(mean over d of Var(m̂_d)), m̂ the whitened means of q̂
	LatentDim *int   `json:"latent_dim"` // d
	Latent    Latent `json:"latent"`

	Collapse latent.Collapse `json:"collapse"`
	// Findings explains the collapses that happened; nil without one.
	Findings []latent.Finding `json:"findings"`
	Bounds   Bounds           `json:"bounds"`

	// PerExample has the bounds of NLL of each example; it is not in eval.json.
	PerExample PerExample `json:"-"`
}

// PerExample is what the means of NLL are of: bounds of single examples, nats,
// in the order of the set.
type PerExample struct {
	Bound  []float64 // (N), those of [NLL.Bound]
	Tokens []int     // (N) predicted, </s> included
	// IW is of the examples Sampled, which ascend.
	IW      []float64 // (K)
	Sampled []int     // (K)
}

// Latent says what z of a response is.
type Latent struct {
	Shape []int `json:"shape"` // T, of the longest response, and d; null without a latent
}

// NLL is the negative log-likelihood of the generator that replies.
type NLL struct {
	// ELBO = rec + KL(q̂‖r) is an upper bound, exact without a latent.
	ELBO Number `json:"elbo"`
	// IW is the tighter importance-weighted bound (Burda et al. 2016) of
	// Samples draws from q̂, with the bootstrap error of its mean.
	IW      Number `json:"iw"`
	Samples *int   `json:"iw_samples"`
	IWError Number `json:"iw_se"`
	// IWExamples is the number of examples IW was estimated on, IWRows their
	// ELBO, and Gain = IWRows − IW with its error over pairs. ELBO and IW
	// compare only where IWExamples is Examples.
	IWExamples *int   `json:"iw_examples"`
	IWRows     Number `json:"elbo_iw_rows"`
	Gain       Number `json:"gain"`
	GainError  Number `json:"gain_se"`
	// Aux is the bound of the auxiliary prior, rec + KL(q‖p_aux): then replies draw
	// from it, and ELBO is the bound of the prior that the model was trained with.
	Aux Number `json:"aux"`
}

// Bound is the bound of the generator that replies.
func (n NLL) Bound() Number {
	if n.Aux.Known() {
		return n.Aux
	}
	return n.ELBO
}

// Rate is what the generator that replies pays for z: Bound − rec; unknown without a
// latent.
func (r Report) Rate() Number {
	if r.LatentDim == nil {
		return unknown
	}
	return r.NLL.Bound() - r.Rec
}

// PPL is perplexities a token, exp(Σ NLL/Σ tokens).
type PPL struct {
	ELBO Number `json:"elbo"`
	IW   Number `json:"iw"`
	Aux  Number `json:"aux"`
	// Reconstruction is exp(Σ rec/Σ tokens), which no model's perplexity is:
	// z has seen the response. Dialogue papers report it.
	Reconstruction Number `json:"reconstruction"`
}

// Bound is the perplexity of NLL.Bound.
func (p PPL) Bound() Number {
	if p.Aux.Known() {
		return p.Aux
	}
	return p.ELBO
}

// MI is estimates of the mutual information between response and z ~ q̂.
type MI struct {
	// Full compares with all examples, Minibatch with those of one batch;
	// both on the whitened posterior, RawFull as Full on the raw one.
	Full      Number `json:"full"`
	FullError Number `json:"full_se"` // standard error of Full
	Minibatch Number `json:"minibatch"`
	RawFull   Number `json:"raw_full"`
	// PerStep is of every step of a z for every word, as Full of a vector, over the
	// responses that have it; Steps is their sum over the steps of a response, at
	// least the information of all of them. Null for a vector.
	PerStep    []Number `json:"per_step"`
	Steps      Number   `json:"steps"`
	StepsError Number   `json:"steps_se"` // standard error of Steps
	Ceiling    Ceiling  `json:"ceiling"`
}

// Words reports whether the estimates are of the z of every word.
func (m MI) Words() bool { return m.PerStep != nil }

// Judged is the estimate that a verdict on collapse rests on.
func (m MI) Judged() Number {
	if m.Words() {
		return m.Steps
	}
	return m.Full
}

// Most is the most that Judged can be.
func (m MI) Most() Number {
	if m.Words() {
		return m.Ceiling.Steps
	}
	return m.Ceiling.Full
}

// Ceiling is the most that the estimates of MI can report: ln of the rows that
// were compared.
type Ceiling struct {
	Full      Number `json:"full"`
	Minibatch Number `json:"minibatch"`
	Steps     Number `json:"steps"`
}

// Bounds are latent.ScaleBounds, and E4 = rec + KL(q̂‖r) with r = N(m̂, v̂) of the
// moments of the aggregated posterior in training, which bounds the NLL of the
// generator that draws z from r. They do not apply where q̂ is q.
type Bounds struct {
	E1 Number `json:"e1"`
	E2 Number `json:"e2"`
	E3 Number `json:"e3"`
	E4 Number `json:"e4"`
}

// blank is a report in which nothing applies.
func blank() Report {
	return Report{
		Rec: unknown, KL: unknown, PriorKL: unknown, Side: unknown,
		MeanStd: unknown, Committed: unknown,
		NLL:    NLL{ELBO: unknown, IW: unknown, IWError: unknown, IWRows: unknown, Gain: unknown, GainError: unknown, Aux: unknown},
		PPL:    PPL{unknown, unknown, unknown, unknown},
		MI:     blankInformation(),
		Bounds: Bounds{unknown, unknown, unknown, unknown},
	}
}

// blankInformation is the estimates of none.
func blankInformation() MI {
	return MI{Full: unknown, FullError: unknown, Minibatch: unknown, RawFull: unknown, Steps: unknown, StepsError: unknown,
		Ceiling: Ceiling{unknown, unknown, unknown}}
}

// UnmarshalJSON leaves what an earlier version did not measure as not applicable.
func (r *Report) UnmarshalJSON(b []byte) error {
	type plain Report
	p := plain(blank())
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*r = Report(p)
	return nil
}
