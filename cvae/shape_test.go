package cvae_test

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
)

// TestShapes of the kinds of latent: d is 3 in the config. What a sequence cannot have
// is that of a vector alone; the density is also of a sequence whose prior is known.
func TestShapes(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	for name, test := range map[string]struct {
		parts              cvae.Parts
		steps, dim, length int // the length is that of one word
		vector, density    bool
	}{
		"vector":     {cvae.Parts{}, 1, 3, 3, true, true},
		"two steps":  {cvae.Parts{Posterior: cvaetest.TwoSteps{}}, 2, 3, 3, false, false},
		"every word": {cvae.Parts{Posterior: cvaetest.EveryWord{}}, 6, 3, 3, false, true},
		"none":       {cvae.Parts{NoLatent: true}, 0, 0, 0, false, false},
	} {
		s := cvaetest.New[float32](t, c, test.parts, kernel.PureGo).Latent()
		if s.Steps != test.steps || s.Dim != test.dim || s.Width() != test.steps*test.dim || s.Length(1) != test.length || s.None() != (test.dim == 0) {
			t.Errorf("%s: %+v, %d numbers, %d for a word", name, s, s.Width(), s.Length(1))
		}
		if s.HasPlane() != test.vector || s.HasInformation() != test.vector || s.HasDensity() != test.density {
			t.Errorf("%s: plane %t, information %t, density %t", name, s.HasPlane(), s.HasInformation(), s.HasDensity())
		}
	}
}

// TestRowsAndBlocks of z: a row of zeros past the steps of a block, which the row
// of that many words is again, and a sentence about what is no z.
func TestRowsAndBlocks(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	s := cvaetest.New[float32](t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}}, kernel.PureGo).Latent()
	for words, z := range []dialog.Block{1: {{1, 2, 3}}, 2: {{1, 2, 3}, {4, 5, 6}}} {
		if z == nil {
			continue
		}
		want := append(slices.Concat(z...), 0, 0, 0)[:6]
		row, err := s.Row(z)
		if err != nil || !slices.Equal(row, want) {
			t.Errorf("%v: row %v, %v", z, row, err)
		}
		if back := s.Block(row, words); !slices.EqualFunc(back, z, slices.Equal[[]float32]) {
			t.Errorf("%v comes back as %v", z, back)
		}
	}
	for _, z := range []dialog.Block{nil, {}, {{1, 2}}, {{1, 2, 3}, {4}}, {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}} {
		if row, err := s.Row(z); err == nil {
			t.Errorf("%v is the row %v", z, row)
		}
	}
	if row, err := (cvae.Shape{}).Row(dialog.Block{{}}); err == nil {
		t.Errorf("without a latent there is the row %v", row)
	}
}

// TestZeroPastTheSteps of a response: in z, in the rate and in every Gaussian,
// and nowhere before.
func TestZeroPastTheSteps(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	m := cvaetest.New[float64](t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}}, kernel.PureGo)
	b := methodtest.Extremes(c)["uneven examples"] // all but row 2 are </s> alone
	r := methodtest.Score(t, m, b)
	for name, matrix := range map[string][]float64{
		"z": r.Z, "KL": r.KL, "mean of q": r.Q.Mean, "log-variance of q": r.Q.LogVar, "mean drawn": r.Drawn.Mean,
		"mean of p": r.P.Mean, "log-variance of p": r.P.LogVar, "mean of replies": r.Generator.Mean,
	} {
		for k, v := range matrix {
			if row, step := k/6, k%6/3; (v == 0) != (row != 2 && step == 1) {
				t.Errorf("%s: row %d, step %d has %v", name, row, step, v)
			}
		}
	}
	for i, rate := range r.Charged {
		sum := 0.0
		for _, kl := range r.KL[6*i : 6*i+6] {
			sum += kl
		}
		methodtest.Near(t, "rate", []float64{rate}, []float64{sum}, 1e-12)
	}
}

// TestStepsKnowTheFuture: step t of q(z|x) changes with the words from t on and
// with no earlier one, with pooled states too. The perturbed word is each of a response in
// turn.
func TestStepsKnowTheFuture(t *testing.T) {
	shapes := cvaetest.Configs()
	for _, name := range []string{"dialogue both directions", "text"} {
		c := shapes[name]
		c.Encoder.Pool = "mean"
		shapes[name+", mean"] = c
	}
	for name, c := range shapes {
		m := cvaetest.New[float64](t, c, cvae.Parts{Posterior: cvaetest.EveryWord{}}, kernel.PureGo)
		b := cvaetest.Batch(c)
		z := m.Latent()
		before := methodtest.Score(t, m, b)
		for i, target := range b.Target {
			for s := range len(target) - 1 {
				r := methodtest.Score(t, m, perturbed(b, i, s))
				for k, v := range r.Q.Mean {
					row, step := k/z.Width(), k%z.Width()/z.Dim
					if changed := v != before.Q.Mean[k]; changed != (row == i && step <= s) {
						t.Errorf("%s: word %d of response %d changes step %d of row %d: %t", name, s, i, step, row, changed)
					}
				}
			}
		}
	}
}

// TestDecoderReadsThePast: the logits of word t change with z of step t and with no
// later one, neither in the network nor in what it starts from.
func TestDecoderReadsThePast(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		for what, p := range map[string]cvae.Parts{"plain": {Posterior: cvaetest.EveryWord{}}, "skip": {Posterior: cvaetest.EveryWord{}, Decoder: options["skip"]}} {
			if c.Mode == cvae.Dialogue {
				c, p = cvaetest.Told(c, p)
			}
			m := cvaetest.New[float64](t, c, p, kernel.PureGo)
			z, c := m.Latent(), m.ContextsOf(cvaetest.Batch(c).Slice(0, 1), make([]float64, 40))
			for s := range z.Steps {
				still, moved := make([]float64, z.Width()), make([]float64, z.Width())
				moved[s*z.Dim] = 1
				a, b := m.Generate(1, c, still), m.Generate(1, c, moved)
				first, second := a.Begin(), b.Begin()
				for step := range z.Steps {
					if changed := !slices.Equal(first, second); changed && step < s || !changed && step == s {
						t.Errorf("%s, %s: z of step %d changes the logits of step %d: %t", name, what, s, step, changed)
					}
					first, second = a.Step([]int32{7}, []int{0}), b.Step([]int32{7}, []int{0})
				}
			}
		}
	}
}

// perturbed is b with another word in the place s of response i.
func perturbed(b *dialog.Batch, i, s int) *dialog.Batch {
	other := *b
	other.Target, other.Encoded = slices.Clone(b.Target), slices.Clone(b.Encoded)
	other.Target[i] = slices.Clone(b.Target[i])
	other.Target[i][s] = 4 + (b.Target[i][s]+1)%(cvaetest.Vocabulary-4)
	return &other
}
