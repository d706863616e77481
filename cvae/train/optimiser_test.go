package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog/rng"
)

// withGradients is a small model whose gradients are normal draws.
func withGradients(t *testing.T, path kernel.Path) *cvae.Model[float32] {
	t.Helper()
	m := cvaetest.New[float32](t, cvaetest.Configs()["dialogue gru"], cvae.Parts{}, path)
	for i, p := range m.Params() {
		draw := rng.New(9, rng.Bench, i, 0)
		if !p.Sparse {
			for j := range p.Grad {
				p.Grad[j] = float32(draw.Normal())
			}
			continue
		}
		p.Touched = append(p.Touched, 3, 1)
		for _, r := range p.Touched {
			for j := range p.Row(p.Grad, r) {
				p.Row(p.Grad, r)[j] = float32(draw.Normal())
			}
		}
	}
	return m
}

func trueNorm(m *cvae.Model[float32]) float64 {
	sum := 0.0
	for _, p := range m.Params() {
		for _, g := range p.Grad {
			sum += float64(g) * float64(g)
		}
	}
	return math.Sqrt(sum)
}

// adam is the optimiser of the dialogue presets.
func adam() Optimiser {
	return Optimiser{Name: "adam", LearningRate: 1e-3, Clip: 5, Patience: 3}
}

// sgd is the optimiser of the text presets.
func sgd() Optimiser {
	return Optimiser{Name: "sgd", LearningRate: 1, Clip: 5, Decay: 0.5, Patience: 2, DecayFrom: 15, Decays: 5}
}

// TestNorm compares the global norm with the plain sum.
func TestNorm(t *testing.T) {
	for _, path := range kernel.Paths() {
		m := withGradients(t, path)
		want := trueNorm(m)
		if got, err := newOptimiser(adam(), m).norm(); err != nil || math.Abs(got-want) > 1e-6*want {
			t.Errorf("%s: norm %g, want %g (%v)", path, got, want, err)
		}
	}
}

// TestSGD checks w − rate·min(1, clip/‖g‖)·g on every parameter, one group
// staying still.
func TestSGD(t *testing.T) {
	m := withGradients(t, kernel.PureGo)
	var before [][]float32
	for _, p := range m.Params() {
		before = append(before, append([]float32(nil), p.Value...))
	}
	o := newOptimiser(Optimiser{Name: "sgd", LearningRate: 0.5, Clip: 2}, m)
	norm, err := o.step(nn.Generative)
	if err != nil {
		t.Fatal(err)
	}
	// Also that of the group that stays still: one norm clips both, as in the inner loop
	// of He et al. 2019.
	if want := trueNorm(m); math.Abs(norm-want) > 1e-6*want {
		t.Errorf("the norm is %g, that of all gradients %g", norm, want)
	}
	for i, p := range m.Params() {
		for j, w := range p.Value {
			want := float64(before[i][j])
			if p.Group == nn.Generative {
				want -= 0.5 * 2 / norm * float64(p.Grad[j])
			}
			if math.Abs(float64(w)-want) > 1e-6 {
				t.Fatalf("%s[%d] is %g, want %g", p.Name, j, w, want)
			}
		}
	}
}

// TestAdam checks two updates against the formulas of Kingma and Ba 2015,
// algorithm 1, in float64.
func TestAdam(t *testing.T) {
	m := withGradients(t, kernel.Best())
	p := m.Params()[1]
	want, first, second := make([]float64, len(p.Value)), make([]float64, len(p.Value)), make([]float64, len(p.Value))
	for j, w := range p.Value {
		want[j] = float64(w)
	}
	o := newOptimiser(adam(), m)
	scale := 5 / trueNorm(m)
	for step := 1; step <= 2; step++ {
		if _, err := o.step(nn.Whole); err != nil {
			t.Fatal(err)
		}
		for j := range want {
			g := scale * float64(p.Grad[j])
			first[j] = 0.9*first[j] + 0.1*g
			second[j] = 0.999*second[j] + 0.001*g*g
			a, b := first[j]/(1-math.Pow(0.9, float64(step))), second[j]/(1-math.Pow(0.999, float64(step)))
			want[j] -= 1e-3 * a / (math.Sqrt(b) + 1e-8)
		}
	}
	for j, w := range p.Value {
		if math.Abs(float64(w)-want[j]) > 1e-6 {
			t.Errorf("%s[%d] is %g, want %g", p.Name, j, w, want[j])
		}
	}
}

// TestAdamGroups updates the groups apart and then together: the bias correction
// of each goes by its own updates. A constant gradient then moves every weight
// by the learning rate, Kingma and Ba 2015, section 2.1, so three updates of
// one group make 3e-3 and two of the other 2e-3.
func TestAdamGroups(t *testing.T) {
	m := withGradients(t, kernel.PureGo)
	var before [][]float32
	for _, p := range m.Params() {
		before = append(before, slices.Clone(p.Value))
	}
	o := newOptimiser(adam(), m)
	for _, group := range []nn.Group{nn.Inference, nn.Inference, nn.Generative, nn.Whole} {
		if _, err := o.step(group); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range m.Params() {
		want := map[nn.Group]float64{nn.Inference: 3e-3, nn.Generative: 2e-3}[p.Group]
		for j, w := range p.Value {
			g := float64(p.Grad[j])
			if moved := math.Abs(float64(w - before[i][j])); math.Abs(g) > 0.1 && math.Abs(moved-want) > 1e-5 {
				t.Fatalf("%s[%d] moved by %g, want %g", p.Name, j, moved, want)
			}
		}
	}
}

// TestBlame names the tensor whose gradient is not finite, and moves nothing.
func TestBlame(t *testing.T) {
	m := withGradients(t, kernel.Best())
	p := m.Params()[4]
	p.Grad[2] = float32(math.NaN())
	before := m.Params()[0].Value[0]
	_, err := newOptimiser(adam(), m).step(nn.Whole)
	if err == nil || !strings.Contains(err.Error(), p.Name) {
		t.Errorf("the error does not name %s: %v", p.Name, err)
	}
	if m.Params()[0].Value[0] != before {
		t.Error("a parameter moved")
	}
}

// TestValidate refuses absurd settings, naming the key.
func TestValidate(t *testing.T) {
	for key, o := range map[string]Optimiser{
		"optimiser.name":          {Name: "adagrad", LearningRate: 1, Patience: 1},
		"optimiser.learning_rate": {Name: "sgd", LearningRate: math.NaN(), Patience: 1},
		"optimiser.clip":          {Name: "sgd", LearningRate: 1, Clip: -1, Patience: 1},
		"optimiser.decay":         {Name: "sgd", LearningRate: 1, Decays: 1, Decay: 1.5, Patience: 1},
		"optimiser.patience":      {Name: "sgd", LearningRate: 1},
	} {
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
