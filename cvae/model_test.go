package cvae_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestParameters have names of their own, a group, and the same first values in
// both precisions.
func TestParameters(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		m, wide := cvaetest.New[float32](t, c, p, kernel.PureGo), cvaetest.New[float64](t, c, p, kernel.PureGo)
		seen, count := map[string]bool{}, 0
		for i, param := range m.Params() {
			if seen[param.Name] || param.Group != nn.Generative && param.Group != nn.Inference {
				t.Errorf("%s is there twice or has group %d", param.Name, param.Group)
			}
			seen[param.Name] = true
			count += len(param.Value)
			other := wide.Params()[i]
			methodtest.Same(t, other.Name, double(param.Value), other.Value)
		}
		if count != m.Count() {
			t.Errorf("%d numbers, Count says %d", count, m.Count())
		}
	})
}

// TestInferenceGroup is what aggressive training steps alone: the response
// encoder, unless it is shared, and the recognition network.
func TestInferenceGroup(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo)
		for _, p := range m.Params() {
			inference := strings.HasPrefix(p.Name, "recognition.") || strings.HasPrefix(p.Name, "response.")
			if (p.Group == nn.Inference) != inference {
				t.Errorf("%s: %s has group %d", name, p.Name, p.Group)
			}
		}
	}
}

// TestEverythingTrains: no parameter is left without a gradient.
func TestEverythingTrains(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		m := cvaetest.New[float64](t, c, p, kernel.PureGo)
		methodtest.Train(t, m, cvaetest.Batch(c), 0.5)
		for _, param := range m.Params() {
			if zero(param.Grad) {
				t.Errorf("%s has no gradient", param.Name)
			}
		}
	})
}

// TestSeedDecides the first weights.
func TestSeedDecides(t *testing.T) {
	c := cvaetest.Configs()["text"]
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	first := func(seed uint64) []float32 {
		m, err := cvae.New[float32](c, 9, cvae.Parts{}, seed, team)
		if err != nil {
			t.Fatal(err)
		}
		return m.Params()[0].Value
	}
	if !slices.Equal(first(1), first(1)) || slices.Equal(first(1), first(2)) {
		t.Error("the seed does not decide the first weights")
	}
}

// TestBlank: a blank model has the parameters of a new one, by name and size, all 0.
func TestBlank(t *testing.T) {
	c := cvaetest.Configs()["text"]
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	full, err := cvae.New[float32](c, 9, cvae.Parts{}, 1, team)
	if err != nil {
		t.Fatal(err)
	}
	blank, err := cvae.Blank[float32](c, 9, cvae.Parts{}, 1, team)
	if err != nil {
		t.Fatal(err)
	}
	if blank.Count() != full.Count() {
		t.Fatalf("%d numbers, want %d", blank.Count(), full.Count())
	}
	for i, p := range blank.Params() {
		if p.Name != full.Params()[i].Name || slices.ContainsFunc(p.Value, func(x float32) bool { return x != 0 }) {
			t.Errorf("%s is not 0, or not %s", p.Name, full.Params()[i].Name)
		}
	}
}

// TestDraws: z and dropout depend on seed, purpose and step alone; scoring does
// not drop out.
func TestDraws(t *testing.T) {
	c := cvaetest.Configs()["text"]
	m, b := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo), cvaetest.Batch(c)
	training := func(b *dialog.Batch, d cvae.Draws) (*cvae.Result, error) {
		return graph(t, m, cvaetest.Rows).Run(b, d, 1)
	}
	run := func(pass func(*dialog.Batch, cvae.Draws) (*cvae.Result, error), d cvae.Draws) *cvae.Result {
		r, err := pass(b, d)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	d := cvae.Draws{Seed: 4, Purpose: rng.Posterior, Step: 2}
	trained, scored := run(training, d), run(m.Score, d)
	methodtest.Same(t, "z in both passes", trained.Z, scored.Z)
	methodtest.Same(t, "distortion again", run(training, d).Rec, trained.Rec)
	if slices.Equal(trained.Rec, scored.Rec) {
		t.Error("training does not drop out")
	}
	methodtest.Near(t, "distortion without dropout", m.Distortion(b, cvae.Contexts[float32]{}, single(scored.Z)), scored.Rec, 1e-6)
	for _, other := range []cvae.Draws{{Seed: 5, Purpose: rng.Posterior, Step: 2}, {Seed: 4, Purpose: rng.Evaluate, Step: 2}, {Seed: 4, Purpose: rng.Posterior, Step: 3}} {
		if slices.Equal(run(m.Score, other).Z, scored.Z) {
			t.Errorf("%+v draws the same z", other)
		}
	}
}

// TestContextMatters in dialogue, and is not read where a method leaves it out.
func TestContextMatters(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	b := cvaetest.Batch(c)
	other := *b
	other.Context = append([][][]int32{{{9, 9, 3}}}, b.Context[1:]...)
	for kind, p := range kinds {
		m := cvaetest.New[float32](t, c, p, kernel.PureGo)
		before, after := methodtest.Score(t, m, b).Rec, methodtest.Score(t, m, &other).Rec
		if slices.Equal(before, after) != p.NoContext {
			t.Errorf("%s: the distortion is %v and %v", kind, before[0], after[0])
		}
	}
}

// TestBetaWeighsTheRate alone: the gradient is linear in beta and the reported
// numbers do not change.
func TestBetaWeighsTheRate(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	m, b := cvaetest.New[float64](t, c, cvae.Parts{}, kernel.PureGo), cvaetest.Batch(c)
	grads := map[float64][][]float64{}
	var kl []float64
	for _, beta := range []float64{0, 0.5, 1} {
		r := methodtest.Train(t, m, b, beta)
		if kl == nil {
			kl = r.KL
		}
		methodtest.Same(t, "KL", r.KL, kl)
		for _, p := range m.Params() {
			grads[beta] = append(grads[beta], slices.Clone(p.Grad))
		}
	}
	moved := false
	for i, p := range m.Params() {
		middle := make([]float64, len(p.Grad))
		for j := range middle {
			middle[j] = (grads[0][i][j] + grads[1][i][j]) / 2
			moved = moved || grads[0][i][j] != grads[1][i][j]
		}
		methodtest.Near(t, p.Name, grads[0.5][i], middle, 1e-12)
	}
	if !moved {
		t.Error("beta does nothing")
	}
}

// TestScoreAlone: the row of a lone example is the first of a batch with it, and
// a batch without an example is refused.
func TestScoreAlone(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		m, b := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo), cvaetest.Batch(c)
		alone, many := methodtest.Score(t, m, b.Slice(0, 1)), methodtest.Score(t, m, b)
		if len(alone.Rec) != 1 || len(alone.Charged) != 1 {
			t.Fatalf("%s: %d rows for one example", name, len(alone.Rec))
		}
		for what, rows := range map[string][2][]float64{
			"distortion": {alone.Rec, many.Rec}, "KL": {alone.KL, many.KL}, "charged": {alone.Charged, many.Charged},
			"z": {alone.Z, many.Z}, "c": {alone.C, many.C}, "q": {alone.Q.Mean, many.Q.Mean},
		} {
			methodtest.Same(t, name+": "+what, rows[0], rows[1][:len(rows[1])/cvaetest.Rows])
		}
		if _, err := m.Score(&dialog.Batch{}, cvae.Draws{}); err == nil {
			t.Errorf("%s: a batch of no example is scored", name)
		}
	}
}
