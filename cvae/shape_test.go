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

// TestShapes of the three kinds of latent: d is 3 in the config, and the
// capabilities are those of a vector alone.
func TestShapes(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	for name, test := range map[string]struct {
		parts              cvae.Parts
		steps, dim, length int // the length is that of one word
		vector             bool
	}{
		"vector":    {cvae.Parts{}, 1, 3, 3, true},
		"two steps": {cvae.Parts{Posterior: cvaetest.TwoSteps{}}, 2, 3, 3, false},
		"none":      {cvae.Parts{NoLatent: true}, 0, 0, 0, false},
	} {
		s := cvaetest.New[float32](t, c, test.parts, kernel.PureGo).Latent()
		if s.Steps != test.steps || s.Dim != test.dim || s.Width() != test.steps*test.dim || s.Length(1) != test.length || s.None() != (test.dim == 0) {
			t.Errorf("%s: %+v, %d numbers, %d for a word", name, s, s.Width(), s.Length(1))
		}
		if s.HasPlane() != test.vector || s.HasInformation() != test.vector || s.HasDensity() != test.vector {
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
