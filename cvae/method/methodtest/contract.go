package methodtest

import (
	"maps"
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A rule is one sentence of the contract, checked on one variant of a method.
type rule struct {
	name  string
	check func(t *testing.T, c cvae.Config, name string, settings map[string]any)
}

var rules = []rule{
	{"gradients are those of finite differences", gradients},
	{"float32 agrees with float64", singlePrecision},
	{"two builds give the same bits", repeatable},
	{"scoring keeps the rows apart", rowsApart},
	{"replies draw from the generator of the graph", drawsFromGenerator},
	{"generation gives the graph's likelihood", generationParity},
	{"the loss stays finite on extreme inputs", finiteAtExtremes},
	{"shards add up to the batch on any number of ranks", shardsAddUp},
}

// Contract checks a method in both modes and all variants. A method that
// refuses a mode with default settings is checked in the other alone.
func Contract(t *testing.T, m method.Method) {
	t.Run("table row", func(t *testing.T) { tableRow(t, m) })
	t.Run("settings", func(t *testing.T) { settingsChecked(t, m) })
	modes := 0
	for mode, c := range Shapes() {
		parts, _, err := method.Compose(m.Name, nil, mode)
		if err != nil {
			continue
		}
		if compares := parts.MinBatch() > 0; compares != m.Compares {
			t.Errorf("the parts compare examples: %t; the row says %t", compares, m.Compares)
		}
		modes++
		for _, v := range Variants(m, mode) {
			t.Run(string(mode)+" "+label(v), func(t *testing.T) {
				t.Parallel()
				for _, r := range rules {
					t.Run(r.name, func(t *testing.T) { r.check(t, c, m.Name, v) })
				}
			})
		}
	}
	if modes == 0 {
		t.Errorf("%s builds in no mode", m.Name)
	}
}

// gradients checks the loss by central differences. Package cvae checks the models
// to which a method adds nothing.
func gradients(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	p := Parts(t, name, smooth(t, name, settings), c.Mode).Parts
	if p.Posterior == nil && p.Rate == nil && p.Decoder == (cvae.DecoderOptions{}) {
		return
	}
	if testing.Short() {
		t.Skip("thousands of runs of a graph")
	}
	p.Posterior = primed(p.Posterior)
	cvaetest.CheckGradients(t, c, p)
}

// smooth adds the settings under which the loss has the gradient that finite
// differences see.
func smooth(t *testing.T, name string, settings map[string]any) map[string]any {
	m, err := method.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Parameters {
		choice, _ := settings[name+"."+p.Name].(string)
		for key, value := range p.Smooth[choice] {
			settings = with(settings, name+"."+key, value)
		}
	}
	return settings
}

func with(settings map[string]any, key string, value any) map[string]any {
	out := maps.Clone(settings)
	out[key] = value
	return out
}

// primed gives the running state of a posterior, if it has one, values other than
// its first.
func primed(p cvae.Posterior) cvae.Posterior {
	if u, ok := p.(cvae.AfterUpdater); ok {
		return &primedPosterior{p, u}
	}
	return p
}

type primedPosterior struct {
	cvae.Posterior
	state cvae.AfterUpdater
}

// Infer implements cvae.Posterior.
func (p *primedPosterior) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	code, err := p.Posterior.Infer(s, f)
	if err == nil && s.Pass == cvae.Training {
		mean, variance := make([]float64, s.Dim), make([]float64, s.Dim)
		for d := range s.Dim {
			mean[d], variance[d] = 0.1*float64(d), 0.2+0.3*float64(d)
		}
		p.state.AfterUpdate(map[string][]float64{"batch_mean": mean, "batch_variance": variance, "unbiased_batch_variance": variance})
	}
	return code, err
}

func singlePrecision(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	cvaetest.CheckSinglePrecision(t, c, Parts(t, name, settings, c.Mode).Parts)
}

// draws are the random numbers of the contract's runs.
var draws = cvae.Draws{Seed: 5, Purpose: rng.Posterior, Step: 2}

func repeatable(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	b := cvaetest.Batch(c)
	first, second := New(t, c, name, settings), New(t, c, name, settings)
	one := Train(t, first, b, 0.7)
	g, err := second.TrainingGraph(b.Size())
	if err != nil {
		t.Fatal(err)
	}
	Run(t, g, b, 0.7)
	second.ZeroGrad(nn.Whole) // a graph keeps nothing of its last run
	two := Run(t, g, b, 0.7)
	Same(t, "distortion", one.Rec, two.Rec)
	Same(t, "KL", one.KL, two.KL)
	Same(t, "side term", []float64{one.Side}, []float64{two.Side})
	for i, p := range first.Params() {
		Same(t, "the gradient of "+p.Name, p.Grad, second.Params()[i].Grad)
	}
}

func finiteAtExtremes(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	for what, b := range Extremes(c) {
		finite(t, what, c, name, settings, b)
	}
}

// finite trains once in float32, as users do, and looks for what is no number.
func finite(t *testing.T, what string, c cvae.Config, name string, settings map[string]any, b *dialog.Batch) {
	t.Helper()
	m := cvaetest.New[float32](t, c, Parts(t, name, settings, c.Mode).Parts, kernel.Best())
	if l := cvaetest.Loss(Update(t, m, b), m.Parts, cvaetest.Beta); math.IsNaN(l) || math.IsInf(l, 0) {
		t.Errorf("%s: the loss is %v", what, l)
	}
	for _, p := range m.Params() {
		for _, g := range p.Grad {
			if v := float64(g); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s: the gradient of %s has %v", what, p.Name, g)
			}
		}
	}
	if l := cvaetest.Loss(Score(t, m, b), m.Parts, cvaetest.Beta); math.IsNaN(l) || math.IsInf(l, 0) {
		t.Errorf("%s: the loss in scoring is %v", what, l)
	}
}
