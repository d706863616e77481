package method_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// deaf is a text model whose decoder does not hear z, so that the bound is
// −½Σ(μ² + e^ℓ − ℓ − 1) and a number: a quadratic in μ.
func deaf[T cvae.Float](t *testing.T, names string, settings map[string]any) *cvae.Model[T] {
	t.Helper()
	c := methodtest.Shapes()[cvae.Text]
	c.Init.Weights = 2
	m := cvaetest.New[T](t, c, methodtest.Parts(t, names, settings, cvae.Text).Parts, kernel.PureGo)
	silenced := 0
	for _, p := range m.Params() {
		if p.Name == "decoder.latent" || strings.HasPrefix(p.Name, "start") {
			clear(p.Value)
			silenced++
		}
	}
	if silenced != 2 {
		t.Fatalf("%d matrices read z", silenced)
	}
	m.Changed()
	return m
}

// descent is gradient descent with momentum from x along a gradient.
func descent(x float64, steps int, rate, momentum float64, gradient func(float64) float64) float64 {
	p := 0.0
	for range steps {
		p = momentum*p - gradient(x)
		x += rate * p
	}
	return x
}

func itself(x float64) float64 { return x }

// quadratics are refinements of the deaf model.
var quadratics = []struct {
	steps          int
	rate, momentum float64
}{{1, 0.1, 0}, {7, 0.3, 0}, {20, 1.0 / 32, 0.5}, {4, 0.7, 0.9}}

// TestRefinementOnAQuadratic: λ moves as the formula of the descent says, without
// momentum μ to (1−rate)^steps·μ, in scoring.
func TestRefinementOnAQuadratic(t *testing.T) {
	for _, q := range quadratics {
		settings := map[string]any{"sa.steps": q.steps, "sa.rate": q.rate, "sa.momentum": q.momentum}
		b := cvaetest.Batch(methodtest.Shapes()[cvae.Text])
		first := methodtest.Score(t, deaf[float64](t, "vae", nil), b).Q
		last := methodtest.Score(t, deaf[float64](t, "sa", settings), b).Q
		for i, mean := range first.Mean {
			want := descent(mean, q.steps, q.rate, q.momentum, itself)
			if power := math.Pow(1-q.rate, float64(q.steps)) * mean; q.momentum == 0 {
				near(t, "the formula", []float64{want}, power)
			}
			near(t, "μ", last.Mean[i:i+1], want)
			near(t, "ℓ", last.LogVar[i:i+1], descent(first.LogVar[i], q.steps, q.rate, q.momentum, func(l float64) float64 { return 0.5 * (math.Exp(l) - 1) }))
		}
	}
}

// TestThroughAQuadratic: the refined μ is a·μ, so the gradient of ½(aμ)² by μ is a²
// times that of ½μ², which the weights of the means pass on; with through=off it is
// that of ½μ². The central differences of float32 are within 1e-3 of it.
func TestThroughAQuadratic(t *testing.T) {
	for _, q := range quadratics {
		for _, through := range []string{"on", "off"} {
			settings := map[string]any{"sa.steps": q.steps, "sa.rate": q.rate, "sa.momentum": q.momentum, "sa.through": through}
			share := descent(1, q.steps, q.rate, q.momentum, itself)
			if share *= share; through == "off" {
				share = 1
			}
			plain := meanGradient[float64](t, "vae", nil)
			double, single := meanGradient[float64](t, "sa", settings), meanGradient[float32](t, "sa", settings)
			for i, g := range plain {
				methodtest.Near(t, "float64", double[i:i+1], []float64{share * g}, 1e-8)
				if math.Abs(single[i]-share*g) > 1e-3*math.Max(math.Abs(share*g), 0.01) {
					t.Errorf("%v: float32 has %g, want %g", settings, single[i], share*g)
				}
			}
		}
	}
}

// meanGradient is that of the weights of the means of a deaf model.
func meanGradient[T cvae.Float](t *testing.T, names string, settings map[string]any) (gradient []float64) {
	t.Helper()
	m := deaf[T](t, names, settings)
	methodtest.Train(t, m, cvaetest.Batch(m.Config), 1)
	for _, p := range m.Params() {
		if strings.HasPrefix(p.Name, "recognition.mean") {
			for _, g := range p.Grad {
				gradient = append(gradient, float64(g))
			}
		}
	}
	if gradient == nil {
		t.Fatal("there are no weights of the means")
	}
	return gradient
}

// TestClip: no step is longer than rate·clip, of the means and of the log-variances.
func TestClip(t *testing.T) {
	b := cvaetest.Batch(methodtest.Shapes()[cvae.Text])
	first := methodtest.Score(t, deaf[float64](t, "vae", nil), b).Q
	last := methodtest.Score(t, deaf[float64](t, "sa", map[string]any{"sa.steps": 1, "sa.rate": 1, "sa.clip": 1e-3}), b).Q
	for i := 0; i < len(first.Mean); i += 3 {
		for _, v := range [][2][]float64{{first.Mean, last.Mean}, {first.LogVar, last.LogVar}} {
			square := 0.0
			for d := range 3 {
				square += math.Pow(v[0][i+d]-v[1][i+d], 2)
			}
			methodtest.Near(t, "length of a step", []float64{math.Sqrt(square) * 1e3}, []float64{1}, 1e-6)
		}
	}
}

// TestOffIsTwoBounds: with steps of length 0 the decoder learns what it learns in the
// plain VAE from the same draws, and with through=off what the encoder learns does
// not depend on the steps.
func TestOffIsTwoBounds(t *testing.T) {
	c := methodtest.Shapes()[cvae.Text]
	b := cvaetest.Batch(c)
	gradients := func(names string, settings map[string]any) map[string][]float64 {
		m, all := methodtest.New(t, c, names, settings), map[string][]float64{}
		methodtest.Train(t, m, b, 0.7)
		for _, p := range m.Params() {
			all[p.Name] = p.Grad
		}
		return all
	}
	plain := gradients("vae", nil)
	still := gradients("sa", map[string]any{"sa.through": "off", "sa.rate": 0})
	moved := gradients("sa", map[string]any{"sa.through": "off", "sa.rate": 0.5, "sa.steps": 3})
	same := 0
	for name := range plain {
		if encodes := strings.HasPrefix(name, "response") || strings.HasPrefix(name, "recognition"); encodes {
			methodtest.Near(t, name, moved[name], still[name], 1e-12)
			continue
		}
		methodtest.Near(t, name, still[name], plain[name], 1e-12)
		if same++; slices.Equal(moved[name], still[name]) {
			t.Errorf("%s does not learn from the refined posterior", name)
		}
	}
	if same == 0 || same == len(plain) {
		t.Errorf("%d of %d parameters are the decoder's", same, len(plain))
	}
}

// TestThroughEveryDecoder: the gradient of the refined loss is that of finite
// differences with every kind of decoder; the contract has the recurrent one.
func TestThroughEveryDecoder(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of refinements")
	}
	for _, name := range []string{"dialogue transformer", "text cnn", "dialogue both directions attending"} {
		t.Run(name, func(t *testing.T) {
			c := cvaetest.Configs()[name]
			settings := map[string]any{"sa.steps": 2, "sa.clip": 1e6, "sa.rate": 0.3}
			cvaetest.CheckGradients(t, c, methodtest.Parts(t, "sa+skip", settings, c.Mode).Parts)
		})
	}
}

// TestOffDecodesTheRefined: with through=off the decoder's gradients are those of the
// plain VAE whose encoder puts out the refined posterior.
func TestOffDecodesTheRefined(t *testing.T) {
	plain := methodtest.NewBench(t, cvae.Text, "vae", nil, 4)
	m := methodtest.New(t, plain.Config, "sa", map[string]any{"sa.through": "off", "sa.rate": 0.3})
	q := methodtest.Train(t, m, plain.Batch, 1).Q
	copy(plain.Mean, q.Mean)
	copy(plain.LogVar, q.LogVar)
	plain.Run()
	want := map[string][]float64{}
	for _, p := range plain.Model.Params() {
		want[p.Name] = p.Grad
	}
	for _, p := range m.Params() {
		if !strings.HasPrefix(p.Name, "response") && !strings.HasPrefix(p.Name, "recognition") {
			methodtest.Near(t, p.Name, p.Grad, want[p.Name], 1e-12)
		}
	}
}

// TestScoringRefines: the bound of the same weights is better with the refinement, on
// draws that the refinement has not seen, and scoring leaves no gradient.
func TestScoringRefines(t *testing.T) {
	for mode, c := range methodtest.Shapes() {
		c.Init.Weights = 1
		b := cvaetest.Batch(c)
		bound := func(names string) (total float64) {
			m := methodtest.New(t, c, names, nil)
			r := methodtest.Score(t, m, b)
			for _, x := range append(r.Rec, r.KL...) {
				total += x
			}
			for _, p := range m.Params() {
				for _, g := range p.Grad {
					if g != 0 {
						t.Fatalf("%s: scoring leaves a gradient of %s", mode, p.Name)
					}
				}
			}
			return total
		}
		if plain, refined := bound("vae"), bound("sa"); refined > plain-0.1 {
			t.Errorf("%s: %.3f nats refined, %.3f without", mode, refined, plain)
		}
	}
}

// TestRefinementRefuses what does not act on each example alone.
func TestRefinementRefuses(t *testing.T) {
	for names, word := range map[string]string{
		"sa+agg": "choose agg or sa", "sa+bn": "both set the posterior", "sa+mmd": "each example alone", "sa+fraternal": "make two",
		"sa+dvae": "make two", "sa+bow": "bag of words", "sa+targetrate": "each example alone", "sa+fisher": "each example alone",
		"lm+sa": "no latent",
	} {
		_, _, err := method.Compose(names, nil, cvae.Text)
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", names, err)
		}
	}
	for _, names := range []string{"sa+linear", "sa+cyclical", "sa+beta", "sa+freebits", "sa+skip", "sa+worddropout", "ae+sa"} {
		if _, _, err := method.Compose(names, nil, cvae.Dialogue); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := method.Compose("sa+freebits", map[string]any{"freebits.variant": "dim-batch"}, cvae.Text); err == nil || !strings.Contains(err.Error(), "sample variant") {
		t.Errorf("free bits of the batch: %v", err)
	}
}
