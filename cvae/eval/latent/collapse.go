package latent

import (
	"fmt"
	"math"
)

// The thresholds of the collapses.
const (
	collapsedKL            = 0.5  // nats per response
	collapsedResidualUnits = 1    // units
	collapsedPriorRatio    = 0.01 // variance of the prior mean over the prior's own variance
	collapsedInformation   = 0.2  // nats per response
)

// Evidence is what a verdict on collapse rests on. A nil field was not
// measured.
type Evidence struct {
	Conditional bool     // dialogue mode: a context and a prior p(z|c)
	KL          *float64 // KL(q‖p), nats per response
	Rate        *float64 // what the generator that replies pays for z, nats per response; nil: as KL
	// Committed is the least KL that any posterior of the model has, nats per response;
	// nil where it is 0.
	Committed *float64
	// Auxiliary says that Rate is against an auxiliary prior, and KL against the one of
	// training.
	Auxiliary bool
	Active    *int // active units of the raw means μ̂
	// ResidualActive counts active units of the whitened means, of q or q̂, the fewer.
	// Nil where z has a step for every word: then the verdict is that of Information.
	ResidualActive *int
	// Information is the `full` estimate on the whitened (m̂, s), or the sum of that of
	// every step, nats per response.
	Information       *float64
	PriorMeanVariance []float64 // (d): variance of μp over contexts
	PriorVariance     []float64 // (d): mean of σp² over contexts
}

// Collapse says which of four different collapses happened. Nil means not
// applicable: there is no latent, in text mode no context, or a number is
// missing or NaN.
type Collapse struct {
	// Information is a latent that carries nothing, whatever it costs:
	// information < 0.2 and residual active units ≤ 1, where these are counted.
	Information *bool `json:"information"`
	// KL is q(z|x,c) = p(z|c): kl < 0.5 and residual active units ≤ 1, and
	// information < 0.2 where it was measured.
	KL *bool `json:"kl"`
	// Prior is p(z|c) = const: max_d Var_c(μp_d)/mean σp_d² < 0.01. Of a z for every word
	// nothing is said: replies draw from an auxiliary prior that reads c by itself, so
	// a prior of training that ignores c does not make contexts alike.
	Prior *bool `json:"prior"`
	// ContextOnly is a latent that varies only as the context does: active
	// units ≥ 1 and information < 0.2.
	ContextOnly *bool `json:"context_only"`
}

// Judge applies the thresholds to e.
func Judge(e Evidence) Collapse {
	var c Collapse
	informed := known(e.Information)
	if informed || e.ResidualActive != nil {
		still := e.ResidualActive == nil || *e.ResidualActive <= collapsedResidualUnits
		silent := still && !(informed && *e.Information >= collapsedInformation)
		if informed {
			c.Information = new(silent)
		}
		if known(e.KL) {
			c.KL = new(silent && *e.KL < collapsedKL)
		}
	}
	if !e.Conditional {
		return c
	}
	if ratio := largestRatio(e.PriorMeanVariance, e.PriorVariance); known(&ratio) {
		c.Prior = new(ratio < collapsedPriorRatio)
	}
	if informed && e.Active != nil {
		c.ContextOnly = new(*e.Active >= 1 && *e.Information < collapsedInformation)
	}
	return c
}

// Alive reports whether the latent carries information about the response:
// neither Information nor KL nor ContextOnly holds. Nil: not measured.
func (c Collapse) Alive() *bool {
	if c.Information == nil && c.KL == nil {
		return nil
	}
	return new(!holds(c.Information) && !holds(c.KL) && !holds(c.ContextOnly))
}

func holds(happened *bool) bool { return happened != nil && *happened }

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

// The JSON names of the collapses.
const (
	information = "information"
	kl          = "kl"
	contextOnly = "context_only"
	prior       = "prior"
)

// A Finding explains one collapse to a person.
type Finding struct {
	Name        string `json:"name"`        // the JSON name of the collapse
	Explanation string `json:"explanation"` // one sentence: what happened
	Remedy      string `json:"remedy"`      // one sentence: what to try
	Course      Course `json:"-"`           // what the remedy asks for
}

// Findings lists the collapses that happened, the worst first, with what helps
// in a situation. It is nil when none did. A KL collapse is one of information
// too, and is named alone.
func (c Collapse) Findings(e Evidence, s Situation) []Finding {
	all := []struct {
		happened          bool
		name, explanation string
	}{
		{holds(c.KL), kl, equals(e)},
		{holds(c.Information) && !holds(c.KL), information, pays(e)},
		{holds(c.ContextOnly), contextOnly,
			"The latent varies, but only as the context does: it tells the decoder nothing that the context does not."},
		{holds(c.Prior), prior, "The prior network answers the same for every context, so all contexts draw from the same latents."},
	}
	var found []Finding
	for _, f := range all {
		if f.happened {
			text, course := s.remedy(f.name)
			found = append(found, Finding{f.name, f.explanation, text, course})
		}
	}
	return found
}

// Silent reports whether the collapse is one of a latent that tells nothing of the
// response: any but that of the prior.
func (f Finding) Silent() bool { return f.Name != prior }

// equals says that a posterior is the prior. Where a rate is committed it cannot be, and
// only what it costs is small.
func equals(e Evidence) string {
	if known(e.Committed) {
		return pays(e)
	}
	return "The posterior equals the prior, so the latent says nothing about the response, and what a draw of it changes is chance."
}

// pays says what a latent costs that carries nothing.
func pays(e Evidence) string {
	if known(e.Committed) && known(e.KL) && known(e.Information) {
		return paysForWords(e)
	}
	paid := e.Rate
	if !known(paid) {
		paid = e.KL
	}
	if !known(paid) || !known(e.Information) {
		return "The latent costs nats and carries no information about the response."
	}
	return fmt.Sprintf("The latent pays %.1f nats and carries %.1f: the posterior differs from the prior in the same way for every response.", *paid, max(0, *e.Information))
}

// paysForWords is pays of a z for every word. An auxiliary prior that has learnt a
// posterior which is the same for every response takes its cost away, so both are named.
func paysForWords(e Evidence) string {
	replies := ""
	if e.Auxiliary && known(e.Rate) {
		replies = fmt.Sprintf(" and %.1f against the auxiliary prior that replies draw from,", max(0, *e.Rate))
	}
	return fmt.Sprintf("The latents of the words pay %.1f nats against the prior of training, where any posterior pays %.1f at least,%s and carry %.1f: their posteriors are the same for every response.",
		*e.KL, *e.Committed, replies, max(0, *e.Information))
}
