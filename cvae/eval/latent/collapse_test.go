package latent

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// Thresholds are those of the definitions: information < 0.2 and residual units
// ≤ 1; kl < 0.5 besides; ratio < 0.01; units ≥ 1 and information < 0.2. The
// letters of want are those of the collapses that hold, a dash where one is not
// known: i(nformation), k(l), p(rior), c(ontext only).
func TestJudge(t *testing.T) {
	alive := Evidence{Conditional: true, KL: new(6.), Active: new(16), ResidualActive: new(16), Information: new(4.2),
		PriorMeanVariance: []float64{0, .5}, PriorVariance: []float64{1, 1}}
	with := func(change func(*Evidence)) Evidence { e := alive; change(&e); return e }
	dead := func(kl float64, units int, information float64) Evidence {
		return with(func(e *Evidence) {
			e.KL, e.Active, e.ResidualActive, e.Information = new(kl), new(0), new(units), new(information)
		})
	}
	for name, c := range map[string]struct {
		e     Evidence
		want  string
		alive string
	}{
		"alive":                          {alive, "....", "true"},
		"dead":                           {dead(.49, 1, 0), "ik..", "false"},
		"pays and carries nothing":       {dead(1.04, 0, .001), "i...", "false"},
		"information at the limit":       {dead(.1, 0, .2), "....", "true"},
		"kl at the limit":                {dead(.5, 0, 0), "i...", "false"},
		"two units":                      {dead(.4, 2, 0), "....", "true"},
		"information is not measured":    {with(func(e *Evidence) { e.KL, e.ResidualActive, e.Information = new(.4), new(0), nil }), "-k.-", "false"},
		"prior":                          {with(func(e *Evidence) { e.PriorMeanVariance = []float64{.009, .001} }), "..p.", "true"},
		"one living prior unit":          {with(func(e *Evidence) { e.PriorMeanVariance = []float64{.01, 0} }), "....", "true"},
		"prior relative to width":        {with(func(e *Evidence) { e.PriorVariance = []float64{100, 100} }), "..p.", "true"},
		"context only":                   {with(func(e *Evidence) { e.Active, e.Information = new(1), new(.19) }), "...c", "false"},
		"information suffices":           {with(func(e *Evidence) { e.Information = new(.2) }), "....", "true"},
		"text mode":                      {with(func(e *Evidence) { e.Conditional = false }), "..--", "true"},
		"no latent":                      {Evidence{Conditional: true}, "----", "null"},
		"NaN":                            {with(func(e *Evidence) { e.KL, e.Information = new(math.NaN()), new(math.NaN()) }), "--.-", "null"},
		"no prior width":                 {with(func(e *Evidence) { e.PriorMeanVariance, e.PriorVariance = []float64{0}, []float64{0} }), "..-.", "true"},
		"steps":                          {Evidence{KL: new(2.1), Information: new(.2)}, "..--", "true"},
		"steps that say nothing":         {Evidence{KL: new(2.1), Information: new(.19)}, "i.--", "false"},
		"steps at the prior":             {Evidence{KL: new(.4), Information: new(0.)}, "ik--", "false"},
		"steps of which little is known": {Evidence{KL: new(.4)}, "----", "null"},
		"prior shapes apart":             {with(func(e *Evidence) { e.PriorVariance = nil }), "..-.", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Judge(c.e)
			if s := letters(got); s != c.want {
				t.Errorf("Judge = %s, want %s", s, c.want)
			}
			if text, err := json.Marshal(got.Alive()); err != nil || string(text) != c.alive {
				t.Errorf("alive is %s, %v, want %s", text, err, c.alive)
			}
		})
	}
}

func letters(c Collapse) (s string) {
	for i, happened := range []*bool{c.Information, c.KL, c.Prior, c.ContextOnly} {
		switch {
		case happened == nil:
			s += "-"
		case *happened:
			s += "ikpc"[i : i+1]
		default:
			s += "."
		}
	}
	return s
}

func TestFindings(t *testing.T) {
	if got := Judge(Evidence{KL: new(3.), ResidualActive: new(9), Information: new(3.)}).Findings(Evidence{}, Situation{}); got != nil {
		t.Errorf("findings of a living latent: %v", got)
	}
	trained := Situation{Methods: []string{"vae"}, Epochs: 9}
	for want, c := range map[string]Collapse{
		"kl context_only prior": {Information: new(true), KL: new(true), Prior: new(true), ContextOnly: new(true)},
		"information":           {Information: new(true), KL: new(false), Prior: new(false), ContextOnly: new(false)},
		"context_only prior":    {Information: new(false), KL: new(false), Prior: new(true), ContextOnly: new(true)},
	} {
		var names []string
		for _, f := range c.Findings(Evidence{}, trained) {
			names = append(names, f.Name)
			for _, sentence := range []string{f.Explanation, f.Remedy} {
				if strings.Count(sentence, ". ") != 0 || !strings.HasSuffix(sentence, ".") {
					t.Errorf("%s: %q is not one sentence", f.Name, sentence)
				}
				// A decoder may turn draws into other words at random: how many differ is
				// measured apart, and no collapse says that they are equal.
				if strings.Contains(sentence, "alike") {
					t.Errorf("%s: %q speaks of what was not measured", f.Name, sentence)
				}
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("findings in order %q, want %q", got, want)
		}
	}
	paid := Collapse{Information: new(true), KL: new(false)}.Findings(Evidence{KL: new(1.04), Information: new(.001)}, trained)
	if len(paid) != 1 || !strings.Contains(paid[0].Explanation, "pays 1.0 nats and carries 0.0") {
		t.Errorf("a latent that pays for nothing is explained by %v", paid)
	}
}

// TestWhatWordsPay: an auxiliary prior takes the cost of a dead posterior away, so both
// costs are named, and a small one is not called equal to the prior, which no posterior
// of a committed rate is.
func TestWhatWordsPay(t *testing.T) {
	for want, e := range map[string]Evidence{
		"The latents of the words pay 2.0 nats against the prior of training, where any posterior pays 1.9 at least, and 0.0 against the auxiliary prior that replies draw from, and carry 0.1: their posteriors are the same for every response.": {
			KL: new(2.01), Rate: new(-.01), Committed: new(1.9), Auxiliary: true, Information: new(.12)},
		"The latents of the words pay 2.0 nats against the prior of training, where any posterior pays 1.9 at least, and carry 0.0: their posteriors are the same for every response.": {
			KL: new(2.01), Rate: new(2.01), Committed: new(1.9), Information: new(-.04)},
		"The latents of the words pay 0.3 nats against the prior of training, where any posterior pays 0.3 at least, and carry 0.0: their posteriors are the same for every response.": {
			KL: new(.31), Rate: new(.31), Committed: new(.3), Information: new(0.)},
	} {
		found := Judge(e).Findings(e, Situation{Methods: []string{"delta-ar"}, Epochs: 3})
		if len(found) != 1 || found[0].Explanation != want {
			t.Errorf("%+v, want %q", found, want)
		}
	}
}

// Each situation has its own remedy, and none is told to use what it has.
func TestRemedies(t *testing.T) {
	for name, c := range map[string]struct {
		collapse string
		s        Situation
		want     string
	}{
		"early":           {kl, Situation{Methods: []string{"vae"}, Epochs: .5}, "after an epoch or two"},
		"annealing":       {kl, Situation{Methods: []string{"linear"}, Epochs: 3, Rising: true}, "still rises"},
		"plain":           {kl, Situation{Methods: []string{"vae"}, Epochs: 3}, "--method bn or --method scale"},
		"bn":              {information, Situation{Methods: []string{"bn"}, Settings: map[string]any{"bn.gamma": 0.1}, Epochs: 3}, "bn.gamma above 0.1"},
		"bn, second form": {information, Situation{Methods: []string{"bn"}, Settings: map[string]any{"bn.version": "v2", "bn.tau": 0.2}, Epochs: 3}, "bn.tau above 0.2"},
		"bn, raw means":   {contextOnly, Situation{Methods: []string{"bn"}, Settings: map[string]any{"bn.coordinates": "raw", "bn.gamma": 0.6}, Epochs: 3}, "bn.coordinates=residual"},
		"bn, residual":    {contextOnly, Situation{Methods: []string{"bn"}, Settings: map[string]any{"bn.coordinates": "residual", "bn.gamma": 0.6}, Epochs: 3}, "bn.gamma above 0.6"},
		"words":           {information, Situation{Methods: []string{"delta-ar"}, Settings: map[string]any{"delta-ar.high": 0.4}, Epochs: 3}, "delta-ar.high above 0.4"},
		"a floor":         {information, Situation{Methods: []string{"freebits"}, Epochs: 3}, "in place of freebits"},
		"a fixed rate":    {information, Situation{Methods: []string{"vmf"}}, "in place of vmf"},
		"a prior term":    {prior, Situation{Methods: []string{"bn"}, Settings: map[string]any{"bn.prior_kl": "on"}, Epochs: 3}, "bn.prior_kl=off"},
		"a prior":         {prior, Situation{Methods: []string{"vae"}, Epochs: 3}, "Leave it"},
		"an early prior":  {prior, Situation{Methods: []string{"scale"}, Epochs: .2}, "after an epoch or two"},
		"an early copy":   {contextOnly, Situation{Methods: []string{"vae"}, Epochs: .2}, "after an epoch or two"},
		"mae, a copy of the context": {contextOnly, Situation{Methods: []string{"mae"}, Settings: map[string]any{"mae.eta": 1.0, "mae.gamma": 0.2}, Epochs: 3, Dimensions: 32},
			"above 1: it drives"},
		// 1 + 2·0.2·√(2/32) = 1.1
		"mae": {kl, Situation{Methods: []string{"mae"}, Settings: map[string]any{"mae.eta": 1.0, "mae.gamma": 0.2}, Epochs: 3, Dimensions: 32},
			"above 1: it drives the means apart from 1+2γ√(2/n) on, which is 1.10 for γ 0.2 and 32 dimensions"},
	} {
		if got, _ := c.s.remedy(c.collapse); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not say %q", name, got, c.want)
		}
	}
}

// A latent that copies the context exactly: raw units are active, residual
// units and information are not. The verdict must rest on the whitened ones.
func TestContextOnlyLatentIsFound(t *testing.T) {
	const n, d = 400, 4
	mu, _, _ := posteriors(1, 1, n, d, 9) // drawn from the context alone
	logvar := make([]float32, n*d)
	m, s := make([]float32, n*d), make([]float32, n*d)
	Whiten(m, s, mu, logvar, mu, logvar)
	_, _, noise := posteriors(0, 1, n, d, 10)
	z := make([]float32, n*d)
	for i := range z {
		z[i] = m[i] + s[i]*noise[i]
	}
	active, err := ActiveUnits(mu, d)
	if err != nil {
		t.Fatal(err)
	}
	residual, err := ActiveUnits(m, d)
	if err != nil {
		t.Fatal(err)
	}
	information, _, err := Information(t.Context(), m, s, z, d, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	kl := KL(mu, logvar, mu, logvar) / n
	c := Judge(Evidence{Conditional: true, KL: &kl, Active: &active, ResidualActive: &residual, Information: &information})
	if active != d || residual != 0 || c.ContextOnly == nil || !*c.ContextOnly || !*c.KL {
		t.Errorf("units %d, residual %d, information %v: %+v", active, residual, information, c)
	}
}
