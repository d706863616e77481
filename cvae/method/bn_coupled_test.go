package method_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

var coupled = map[string]any{"bn.version": "v2"}

// TestBNCoupledVector is Su 2020 by hand at θ = 0 and τ = 0.5: γμ² = 0.75,
// γσ² = 0.25, and [1,2,3,4] standardises to ±0.5/√1.25 and ±1.5/√1.25.
func TestBNCoupledVector(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", coupled, 4)
		b.Columns(1, 2, 3, 4)
		copy(b.LogVar, b.Mean)
		r := b.Run()
		for i, x := range []float64{1, 2, 3, 4} {
			z := (x - 2.5) / math.Sqrt(1.25)
			methodtest.Near(t, "mean", r.Q.Mean[3*i:3*i+1], []float64{math.Sqrt(0.75) * z}, 1e-9)
			methodtest.Near(t, "variance", []float64{math.Exp(r.Q.LogVar[3*i])}, []float64{0.25 * z * z}, 1e-6)
		}
	}
}

// TestBNCoupledMoment: for any outputs and any θ the aggregated posterior has the
// prior's second moment, 1 in every dimension, and by Jensen's inequality the KL
// is at least −½ ln γσ² ≥ −½ ln(1−τ) a dimension.
func TestBNCoupledMoment(t *testing.T) {
	const tau = 0.3
	b := methodtest.NewBench(t, cvae.Text, "bn", map[string]any{"bn.version": "v2", "bn.tau": tau}, 5)
	theta := parameter(t, b, "bn.theta")
	rapid.Check(t, func(rt *rapid.T) {
		for _, m := range [][]float64{b.Mean, b.LogVar} {
			for i := range m {
				m[i] = float64(i%5) + rapid.Float64Range(-0.4, 0.4).Draw(rt, "network output")
			}
		}
		for d := range theta {
			theta[d] = rapid.Float64Range(-5, 5).Draw(rt, "θ")
		}
		r := b.Run()
		for d := range 3 {
			moment, kl := 0.0, 0.0
			for i := range 5 {
				moment += (r.Q.Mean[3*i+d]*r.Q.Mean[3*i+d] + math.Exp(r.Q.LogVar[3*i+d])) / 5
				kl += r.KL[3*i+d] / 5
			}
			if math.Abs(moment-1) > 1e-5 {
				rt.Fatalf("second moment %v", moment)
			}
			if least := -0.5 * math.Log((1-tau)/(1+math.Exp(theta[d]))); kl < least-1e-5 {
				rt.Fatalf("KL %v, at least %v", kl, least)
			}
		}
	})
}

// parameter returns the values of a parameter of a bench's model.
func parameter(t *testing.T, b *methodtest.Bench, name string) []float64 {
	t.Helper()
	for _, p := range b.Model.Params() {
		if p.Name == name {
			return p.Value
		}
	}
	t.Fatalf("there is no parameter %s", name)
	return nil
}

// TestBNCoupledTrains θ, and has neither γ nor β.
func TestBNCoupledTrains(t *testing.T) {
	m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], "bn", coupled)
	methodtest.Train(t, m, cvaetest.Batch(m.Config), 1)
	moved := false
	for _, p := range m.Params() {
		if p.Name == "bn.beta" || p.Name == "bn.gamma" {
			t.Errorf("%s is a parameter", p.Name)
		}
		for _, g := range p.Grad {
			moved = moved || p.Name == "bn.theta" && g != 0
		}
	}
	if !moved {
		t.Error("θ has no gradient")
	}
}

// TestBNCoupledScoring uses the running statistics of both outputs.
func TestBNCoupledScoring(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "bn", coupled, 4)
	b.Columns(1, 2, 3, 4)
	copy(b.LogVar, []float64{0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6}) // mean 3, unbiased variance 12
	b.Update()
	near3(t, "running mean", b.Buffer("bn.std_running_mean"), 0.3)
	near3(t, "running variance", b.Buffer("bn.std_running_variance"), 0.9+1.2)
	near3(t, "running mean of the means", b.Buffer("bn.running_mean"), 0.25)
	r := b.Score()
	methodtest.Near(t, "variance", []float64{math.Exp(r.Q.LogVar[0])}, []float64{0.25 * 0.09 / 2.1}, 1e-6)
}
