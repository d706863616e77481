package latent

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// Thresholds are those of the definitions: kl < 0.5 and residual units ≤ 1;
// ratio < 0.01; units ≥ 1 and information < 0.2.
func TestJudge(t *testing.T) {
	alive := Evidence{Conditional: true, KL: new(6.), Active: new(16), ResidualActive: new(16), Information: new(4.2),
		PriorMeanVariance: []float64{0, .5}, PriorVariance: []float64{1, 1}}
	with := func(change func(*Evidence)) Evidence { e := alive; change(&e); return e }
	for name, c := range map[string]struct {
		e    Evidence
		want string
	}{
		"alive":                   {alive, `{"kl":false,"prior":false,"context_only":false}`},
		"kl":                      {with(func(e *Evidence) { e.KL, e.ResidualActive = new(.49), new(1) }), `{"kl":true,"prior":false,"context_only":false}`},
		"kl at the threshold":     {with(func(e *Evidence) { e.KL, e.ResidualActive = new(.5), new(0) }), `{"kl":false,"prior":false,"context_only":false}`},
		"small kl but two units":  {with(func(e *Evidence) { e.KL, e.ResidualActive = new(.4), new(2) }), `{"kl":false,"prior":false,"context_only":false}`},
		"prior":                   {with(func(e *Evidence) { e.PriorMeanVariance = []float64{.009, .001} }), `{"kl":false,"prior":true,"context_only":false}`},
		"one living prior unit":   {with(func(e *Evidence) { e.PriorMeanVariance = []float64{.01, 0} }), `{"kl":false,"prior":false,"context_only":false}`},
		"prior relative to width": {with(func(e *Evidence) { e.PriorVariance = []float64{100, 100} }), `{"kl":false,"prior":true,"context_only":false}`},
		"context only":            {with(func(e *Evidence) { e.Active, e.Information = new(1), new(.19) }), `{"kl":false,"prior":false,"context_only":true}`},
		"information suffices":    {with(func(e *Evidence) { e.Information = new(.2) }), `{"kl":false,"prior":false,"context_only":false}`},
		"no unit, no information": {with(func(e *Evidence) { e.Active, e.Information = new(0), new(-.08) }), `{"kl":false,"prior":false,"context_only":false}`},
		"text mode":               {with(func(e *Evidence) { e.Conditional = false }), `{"kl":false,"prior":null,"context_only":null}`},
		"no latent":               {Evidence{Conditional: true}, `{"kl":null,"prior":null,"context_only":null}`},
		"NaN":                     {with(func(e *Evidence) { e.KL, e.Information = new(math.NaN()), new(math.NaN()) }), `{"kl":null,"prior":false,"context_only":null}`},
		"no prior width":          {with(func(e *Evidence) { e.PriorMeanVariance, e.PriorVariance = []float64{0}, []float64{0} }), `{"kl":false,"prior":null,"context_only":false}`},
		"prior shapes apart":      {with(func(e *Evidence) { e.PriorVariance = nil }), `{"kl":false,"prior":null,"context_only":false}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(Judge(c.e))
			if err != nil || string(got) != c.want {
				t.Errorf("Judge = %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	if got := (Collapse{KL: new(false)}).Findings(); got != nil {
		t.Errorf("findings of a living latent: %v", got)
	}
	got := Collapse{KL: new(true), Prior: new(true), ContextOnly: new(true)}.Findings()
	var names []string
	for _, f := range got {
		names = append(names, f.Name)
		for _, sentence := range []string{f.Explanation, f.Remedy} {
			if strings.Count(sentence, ". ") != 0 || !strings.HasSuffix(sentence, ".") {
				t.Errorf("%s: %q is not one sentence", f.Name, sentence)
			}
		}
	}
	if strings.Join(names, " ") != "kl context_only prior" {
		t.Errorf("findings in order %v", names)
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
	information, err := Information(m, s, z, d, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	kl := KL(mu, logvar, mu, logvar) / n
	c := Judge(Evidence{Conditional: true, KL: &kl, Active: &active, ResidualActive: &residual, Information: &information})
	if active != d || residual != 0 || c.ContextOnly == nil || !*c.ContextOnly || !*c.KL {
		t.Errorf("units %d, residual %d, information %v: %+v", active, residual, information, c)
	}
}
