package method_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// duFloor is 1/(2πe), the variance at which a Gaussian's entropy is 0.
const duFloor = 0.0585498315

// duModes are the modes and forms of du.
var duModes = []struct {
	mode     cvae.Mode
	settings map[string]any
}{
	{cvae.Text, nil}, {cvae.Dialogue, nil}, {cvae.Dialogue, map[string]any{"du.coordinates": "raw"}},
}

// TestDUGradients checks what the contract does not reach: floor and dropout act
// at beta 1 alone.
func TestDUGradients(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of runs of a graph")
	}
	for _, row := range duModes {
		c := methodtest.Shapes()[row.mode]
		cvaetest.CheckGradientsAt(t, c, methodtest.Parts(t, "du", row.settings, row.mode).Parts, 1)
	}
}

// TestDUVariance: every variance of training is the floor, or the network's times
// 1/0.8 plus the floor; of 6,000 draws a share of 0.8 ± 5·0.0052 is kept, and the
// mean is σ² + floor.
func TestDUVariance(t *testing.T) {
	const variance = 0.7
	b := methodtest.NewBench(t, cvae.Text, "du", nil, 20)
	methodtest.Fill(b.LogVar, []float64{math.Log(variance)})
	kept, n := 0, 0
	for step := range 100 {
		r, err := b.Graph.Run(b.Batch, cvae.Draws{Seed: 1, Purpose: rng.Posterior, Step: step}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, logVar := range r.Q.LogVar {
			n++
			switch v := math.Exp(logVar); {
			case math.Abs(v-duFloor) < 1e-9:
			case math.Abs(v-duFloor-variance/0.8) < 1e-9:
				kept++
			default:
				t.Fatalf("variance %v", v)
			}
		}
	}
	if share := float64(kept) / float64(n); math.Abs(share-0.8) > 0.026 {
		t.Errorf("%v of %d are kept", share, n)
	}
}

// TestDUAnnealing: below beta 1 neither floor nor dropout acts, in training and
// in the scoring after it.
func TestDUAnnealing(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "du", nil, 16)
	update := func(beta float64) *cvae.Result {
		r := methodtest.Run(t, b.Graph, b.Batch, beta)
		b.Inner().(cvae.AfterUpdater).AfterUpdate(r.Observed)
		return r
	}
	near(t, "ln σ² while annealing", update(0.99).Q.LogVar, 0)
	near(t, "ln σ² of scoring", b.Score().Q.LogVar, 0)
	least := math.Inf(1)
	for _, logVar := range update(1).Q.LogVar {
		least = min(least, logVar)
	}
	near(t, "least ln σ²", []float64{least}, math.Log(duFloor))
	near(t, "ln σ² of scoring", b.Score().Q.LogVar, math.Log(1+duFloor))
}

// TestDUScoring has no randomness beside z's own noise, whose draws change with
// the step.
func TestDUScoring(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "du", nil, 16)
	b.Update()
	var first *cvae.Result
	for step := range 2 {
		r, err := b.Model.Score(b.Batch, cvae.Draws{Step: step})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r
			continue
		}
		methodtest.Same(t, "mean", r.Q.Mean, first.Q.Mean)
		methodtest.Same(t, "log-variance", r.Q.LogVar, first.Q.LogVar)
		if r.Z[0] == first.Z[0] {
			t.Error("z has no noise")
		}
	}
}

// TestDURates are the KLs of a dropped dimension at μ = 0, by hand ½(α'−ln α'−1),
// and of 32 dimensions at γ 0.6, keep 0.8 and σ² = 1: 12.1 in training on
// average, 5.8 with nothing dropped.
func TestDURates(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "du", nil, 16)
	methodtest.Fill(b.LogVar, []float64{math.Log(1 - duFloor)})
	dropped, kl, runs := 0.0, 0.0, 40
	for step := range runs {
		r, err := b.Graph.Run(b.Batch, cvae.Draws{Seed: 2, Step: step}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.KL { // the means are equal, so they are all normalised to 0
			dropped = max(dropped, v)
			kl += v / float64(len(r.KL)*runs)
		}
	}
	near(t, "KL of a dropped dimension", []float64{dropped}, 0.9482134490)
	// 1,920 draws of KLs 0.948 and 0.012 with shares 0.2 and 0.8 have a
	// standard error of 0.0086 a dimension.
	methodtest.Near(t, "KL of the variances in training", []float64{5.76/32 + kl}, []float64{12.1 / 32}, 0.04)

	b.Columns(1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1)
	all := methodtest.NewBench(t, cvae.Text, "du", map[string]any{"du.keep": 1}, 16)
	copy(all.Mean, b.Mean)
	copy(all.LogVar, b.LogVar)
	for _, v := range all.Run().KL {
		methodtest.Near(t, "KL of 32 dimensions with nothing dropped", []float64{32 * v}, []float64{5.76}, 1e-6) // γ is rounded to float32
	}
}

// TestDUFloor is the bound ½(nγ²+‖β‖²) under the KL of a batch at every beta.
func TestDUFloor(t *testing.T) {
	for _, row := range duModes[:2] {
		b := methodtest.NewBench(t, row.mode, "du", nil, 16)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), math.Cos(float64(i))
		}
		for i := range b.PriorMean {
			b.PriorMean[i], b.PriorLogVar[i] = math.Cos(float64(3*i)), math.Sin(float64(i))
		}
		kl := 0.0
		for _, v := range b.Run().KL {
			kl += v / 16
		}
		if least := 0.5 * 3 * 0.36; kl < least {
			t.Errorf("%s: KL %v, at least %v", row.mode, kl, least)
		}
	}
}

// TestDUProjection: whatever an update did to the weights, their root mean square
// is γ again.
func TestDUProjection(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "du", nil, 16)
	weight := parameter(t, b, "du.weight")
	methodtest.Near(t, "weights before training", weight, []float64{0.6, 0.6, 0.6}, 1e-7)
	copy(weight, []float64{1, -2, 0.5})
	b.Update()
	scale := 0.6 / math.Sqrt((1+4+0.25)/3)
	methodtest.Near(t, "weights", weight, []float64{scale, -2 * scale, 0.5 * scale}, 1e-12)
	b.Column(1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1)
	near(t, "a mean of the next step", b.Run().Q.Mean[1:2], -2*scale)
}

// TestDUGradient: a dropped variance sends no gradient to the network, a kept one
// does.
func TestDUGradient(t *testing.T) {
	b := methodtest.NewProbedBench(t, cvae.Text, "du", nil, 16)
	_, logVar := b.Gradients(1)
	dropped := 0
	for i, v := range b.Run().Q.LogVar {
		isDropped := math.Abs(math.Exp(v)-duFloor) < 1e-9
		if isDropped != (logVar[i] == 0) {
			t.Errorf("variance %v has gradient %v", math.Exp(v), logVar[i])
		}
		if isDropped {
			dropped++
		}
	}
	if dropped == 0 {
		t.Error("nothing is dropped")
	}
}

// TestDUSavesItsPlace: weights, statistics and the annealing flag are saved.
func TestDUSavesItsPlace(t *testing.T) {
	c := methodtest.Shapes()[cvae.Dialogue]
	parts := methodtest.Parts(t, "du", nil, c.Mode).Parts
	m := cvaetest.New[float64](t, c, parts, kernel.PureGo)
	methodtest.Update(t, m, cvaetest.Batch(c))
	near(t, "annealed", methodtest.Buffer(t, m, "du.annealed"), 1)
	for _, name := range []string{"du.running_mean", "du.running_variance"} {
		methodtest.Buffer(t, m, name)
	}
}

// TestDURaw is the trap of the paper's form in dialogue: a prior that follows the
// context meets the spread γ of the means, floor and all, with a KL of 0 in every
// dimension. Relative to the prior the KL is ½nγ² or more for any prior.
func TestDURaw(t *testing.T) {
	for form, least := range map[string]float64{"raw": 0, "residual": 3 * 0.6 * 0.6 / 2} {
		b := methodtest.NewBench(t, cvae.Dialogue, "du", map[string]any{"du.coordinates": form, "du.keep": 1.0}, 16)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), -0.4
		}
		q := b.Run().Q // of raw means it does not depend on the prior
		copy(b.PriorMean, q.Mean)
		copy(b.PriorLogVar, q.LogVar)
		kl, spread := 0.0, 0.0
		r := b.Run()
		for i, v := range r.KL {
			kl += v / 16
			spread += r.Q.Mean[i] * r.Q.Mean[i] / float64(len(r.KL))
		}
		if kl < least-1e-9 || form == "raw" && (kl > 1e-9 || math.Abs(spread-0.36) > 1e-6) {
			t.Errorf("%s: the KL is %g and the means have the variance %g", form, kl, spread)
		}
	}
}

// TestDUAugments: the KL of training is above that of scoring because variances are
// dropped, which is what a user is told of the gap; where none are there is nothing to say.
func TestDUAugments(t *testing.T) {
	for keep, want := range map[float64]string{0.8: "drops 20 % of the variances", 1: ""} {
		p := methodtest.Parts(t, "du", map[string]any{"du.keep": keep}, cvae.Text).Posterior.(cvae.Augmenter)
		if got := p.Augments(); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("keep %g: %q", keep, got)
		}
	}
}
