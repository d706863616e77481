package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/cvae/train"
)

// TestScheduleSettings sees every setting of the schedules arrive. The numbers
// follow the formulas by hand; package train has the vectors.
func TestScheduleSettings(t *testing.T) {
	for _, row := range []struct {
		name     string
		settings map[string]any
		mode     cvae.Mode
		clock    train.Clock
		want     float64
	}{
		{"cyclical", nil, cvae.Dialogue, train.Clock{Step: 0, PlannedSteps: 40}, 0},
		{"cyclical", nil, cvae.Dialogue, train.Clock{Step: 12, PlannedSteps: 40}, 0.4},
		{"cyclical", nil, cvae.Dialogue, train.Clock{Step: 16, PlannedSteps: 40}, 1},
		{"cyclical", nil, cvae.Text, train.Clock{Step: 20, PlannedSteps: 40}, 0.1},
		{"cyclical", nil, cvae.Text, train.Clock{Step: 25, StepsPerEpoch: 10}, 0.55},
		{"cyclical", map[string]any{"cyclical.cycles": 2, "cyclical.ratio": 1}, cvae.Dialogue, train.Clock{Step: 30, PlannedSteps: 40}, 0.5},
		{"cyclical", map[string]any{"cyclical.epochs": 3, "cyclical.start": 0.2}, cvae.Dialogue, train.Clock{Step: 30, StepsPerEpoch: 10, PlannedSteps: 40}, 0.2},
		{"cyclical", map[string]any{"cyclical.ramp": "cosine"}, cvae.Dialogue, train.Clock{Step: 1, PlannedSteps: 16}, 0.5},
		{"cyclical", map[string]any{"cyclical.ramp": "sigmoid"}, cvae.Dialogue, train.Clock{Step: 0, PlannedSteps: 16}, 1 / (1 + math.Exp(6))},
		{"linear", map[string]any{"linear.ramp": "logistic"}, cvae.Dialogue, train.Clock{Step: 2500}, 0.5},
		{"linear", map[string]any{"linear.ramp": "logistic", "linear.slope": 0.1, "linear.middle": 30}, cvae.Text, train.Clock{Step: 40}, 1 / (1 + math.Exp(-1))},
		{"beta", nil, cvae.Dialogue, train.Clock{}, 0.4},
		{"beta", map[string]any{"beta.weight": 3}, cvae.Text, train.Clock{Step: 1e6}, 3},
	} {
		if got := methodtest.Parts(t, row.name, row.settings, row.mode).Schedule.Beta(row.clock); math.Abs(got-row.want) > 1e-12 {
			t.Errorf("%s %v at %+v: %v, want %v", row.name, row.settings, row.clock, got, row.want)
		}
	}
}

// TestBetaScalesTheRate: the gradient is that of the distortion plus β times
// that of the KL. At 0, a stochastic autoencoder, the variance of the posterior
// feels the distortion alone and the prior nothing; at 1 it is the plain VAE.
func TestBetaScalesTheRate(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewProbedBench(t, mode, "vae", nil, 4)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = 0.3*float64(i%5)-0.6, -0.2*float64(i%3)
		}
		at := map[float64][]float64{}
		for _, beta := range []float64{0, 0.4, 1} {
			mean, logVar := b.Gradients(beta)
			at[beta] = append(mean, logVar...)
		}
		for i, none := range at[0] {
			near(t, "gradient at 0.4", at[0.4][i:i+1], none+0.4*(at[1][i]-none))
		}
		for i, m := range b.Mean { // dKL/dμ = μ and dKL/dℓ = (σ²−1)/2, with the prior N(0,I)
			near(t, "gradient of the KL by μ", []float64{at[1][i] - at[0][i]}, m)
			near(t, "gradient of the KL by ℓ", []float64{at[1][len(b.Mean)+i] - at[0][len(b.Mean)+i]}, (math.Exp(b.LogVar[i])-1)/2)
		}
	}
	m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], "vae", nil)
	methodtest.Train(t, m, cvaetest.Batch(m.Config), 0)
	for _, p := range m.Params() {
		for _, g := range p.Grad {
			if p.Name == "prior.mean.bias" && g != 0 {
				t.Errorf("at beta 0 the prior's gradient is %v", g)
			}
		}
	}
}
