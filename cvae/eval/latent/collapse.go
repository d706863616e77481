package latent

import "math"

// The thresholds of the three collapses.
const (
	collapsedKL            = 0.5  // nats per response
	collapsedResidualUnits = 1    // units
	collapsedPriorRatio    = 0.01 // variance of the prior mean over the prior's own variance
	collapsedInformation   = 0.2  // nats per response
)

// Evidence is what a verdict on collapse rests on. A nil field was not
// measured.
type Evidence struct {
	Conditional       bool      // dialogue mode: a context and a prior p(z|c)
	KL                *float64  // KL(q‖p), nats per response
	Active            *int      // active units of the raw means μ̂
	ResidualActive    *int      // active units of the whitened means m̂
	Information       *float64  // `full` estimate on the whitened (m̂, s), nats per response
	PriorMeanVariance []float64 // (d): variance of μp over contexts
	PriorVariance     []float64 // (d): mean of σp² over contexts
}

// Collapse says which of three different collapses happened. Nil means not
// applicable: there is no latent, in text mode no context, or a number is
// missing or NaN.
type Collapse struct {
	// KL is q(z|x,c) = p(z|c): kl < 0.5 and residual active units ≤ 1.
	KL *bool `json:"kl"`
	// Prior is p(z|c) = const: max_d Var_c(μp_d)/mean σp_d² < 0.01.
	Prior *bool `json:"prior"`
	// ContextOnly is a latent that varies only as the context does: active
	// units ≥ 1 and information < 0.2.
	ContextOnly *bool `json:"context_only"`
}

// Judge applies the thresholds to e.
func Judge(e Evidence) Collapse {
	var c Collapse
	if known(e.KL) && e.ResidualActive != nil {
		c.KL = new(*e.KL < collapsedKL && *e.ResidualActive <= collapsedResidualUnits)
	}
	if !e.Conditional {
		return c
	}
	if ratio := largestRatio(e.PriorMeanVariance, e.PriorVariance); known(&ratio) {
		c.Prior = new(ratio < collapsedPriorRatio)
	}
	if known(e.Information) && e.Active != nil {
		c.ContextOnly = new(*e.Active >= 1 && *e.Information < collapsedInformation)
	}
	return c
}

func known(x *float64) bool { return x != nil && !math.IsNaN(*x) }

// largestRatio is max_d a_d/b_d, NaN when there is none or one is NaN.
func largestRatio(a, b []float64) float64 {
	if len(a) == 0 || len(a) != len(b) {
		return math.NaN()
	}
	ratio := math.Inf(-1)
	for d := range a {
		ratio = max(ratio, a[d]/b[d])
	}
	return ratio
}

// A Finding explains one collapse to a person.
type Finding struct {
	Name        string // the JSON name of the collapse: kl, prior or context_only
	Explanation string // one sentence: what happened
	Remedy      string // one sentence: what to try
}

// Findings lists the collapses that happened, the worst first. It is nil when
// none did.
func (c Collapse) Findings() []Finding {
	all := []struct {
		happened *bool
		Finding
	}{
		{c.KL, Finding{"kl",
			"The posterior equals the prior, so the latent says nothing about the response and every draw of it decodes alike.",
			"Try a method that bounds the rate from below, such as --method bn or scale, or weaken the decoder."}},
		{c.ContextOnly, Finding{"context_only",
			"The latent varies, but only as the context does: it tells the decoder nothing that the context does not.",
			"Choose the residual coordinates of the method, such as --set bn.coordinates=residual, so that the bound holds beyond the context."}},
		{c.Prior, Finding{"prior",
			"The prior network answers the same for every context, which does not hurt the responses but leaves nothing to see in the prior.",
			"Ignore it if the responses fit their contexts; otherwise drop a term that ties the prior to N(0,I), such as that of bn."}},
	}
	var found []Finding
	for _, f := range all {
		if f.happened != nil && *f.happened {
			found = append(found, f.Finding)
		}
	}
	return found
}
