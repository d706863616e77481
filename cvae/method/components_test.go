package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// componentRows is the size of the batches of a component.
const componentRows = 200

// paperScale is the form of the paper, which subtracts nothing from the means.
var paperScale = map[string]any{"scale.centre": "off"}

// centres are those of the components, in three dimensions; each coordinate has
// mean 0 and variance 4 between components.
var centres = [4][3]float64{{-2, -2, -2}, {2, -2, 2}, {-2, 2, 2}, {2, 2, -2}}

// component is a batch of N(centre, spread²). With exact its mean and its
// deviation are those, too.
func component(c int, spread float64, exact bool) []float64 {
	draw := rng.New(7, rng.Bench, 0, c)
	batch := make([]float64, 3*componentRows)
	for i := range batch {
		batch[i] = draw.Normal()
	}
	for d := range 3 {
		mean, std := 0.0, 1.0
		if exact {
			column := make([]float64, componentRows)
			for i := range column {
				column[i] = batch[3*i+d]
			}
			std = deviation(column)
			for _, v := range column {
				mean += v / componentRows
			}
		}
		for i := d; i < len(batch); i += 3 {
			batch[i] = centres[c][d] + spread*(batch[i]-mean)/std
		}
	}
	return batch
}

// separated is the share of the variance of drawn means between components, each
// in a batch of its own, and what it is of the means before.
func separated(t *testing.T, b *methodtest.Bench, spreads [4]float64) (drawn, before float64) {
	t.Helper()
	var after, raw []float64
	var groups []int
	for c := range centres {
		copy(b.Mean, component(c, spreads[c], true))
		raw = append(raw, b.Mean...)
		after = append(after, b.Run().Drawn.Mean...)
		for range componentRows {
			groups = append(groups, c)
		}
	}
	drawn, err := latent.Separation(after, groups, 3)
	if err != nil {
		t.Fatal(err)
	}
	if before, err = latent.Separation(raw, groups, 3); err != nil {
		t.Fatal(err)
	}
	return drawn, before
}

// TestComponentsInBatches is claim 19 without training. In batches of one
// component bn loses where the component lies: each is centred and scaled on its
// own, so η² is 0. scale with the batch's own factor keeps η² where the
// components have one spread, and with f̄ always. Centred, as text mode has it by
// default, a batch that uses its own factor loses it like bn.
func TestComponentsInBatches(t *testing.T) {
	equal, unequal := [4]float64{1, 1, 1, 1}, [4]float64{0.5, 1, 1.5, 2}
	for _, c := range []struct {
		name, method string
		settings     map[string]any
		own          float64 // scale.own_factor
		spreads      [4]float64
		keeps        bool
	}{
		{"bn", "bn", nil, 0, equal, false},
		{"bn, unequal spreads", "bn", nil, 0, unequal, false},
		{"scale, its own factor", "scale", paperScale, 1, equal, true},
		{"scale, mean factor", "scale", paperScale, 0, equal, true},
		{"scale, mean factor, unequal spreads", "scale", paperScale, 0, unequal, true},
		{"centred scale, its own factor and mean", "scale", nil, 1, equal, false},
		{"centred scale, mean factor", "scale", nil, 0, equal, true},
	} {
		b := methodtest.NewBench(t, cvae.Text, c.method, c.settings, componentRows)
		if c.method == "scale" {
			methodtest.Fill(b.Buffer("scale.own_factor"), []float64{c.own})
			methodtest.Fill(b.Buffer("scale.factor"), []float64{0.31})
		}
		drawn, before := separated(t, b, c.spreads)
		if want := before; c.keeps && math.Abs(drawn-want) > 1e-9 {
			t.Errorf("%s: η² is %v, before %v", c.name, drawn, want)
		}
		if !c.keeps && drawn > 1e-18 {
			t.Errorf("%s: η² is %v, want 0", c.name, drawn)
		}
		if want := 4 / (4 + mean(c.spreads)); math.Abs(before-want) > 1e-12 {
			t.Errorf("%s: η² of the means is %v, want %v", c.name, before, want)
		}
	}
}

// mean is the mean of the squares.
func mean(spreads [4]float64) (sum float64) {
	for _, s := range spreads {
		sum += s * s / 4
	}
	return sum
}

// TestProbesInBatches puts fixed probes of all components into batches of one
// component each. bn moves them by γ(x−m_c)/s, of which 4 of 4+5 parts of the
// variance are the batch's, so the displacement is 2/3; scale with its own factor
// moves them by the error of the batch's deviation alone, √((1/2B)·E[m²]/E[m²]) =
// 1/√(2B) = 0.05, and with f̄ not at all.
func TestProbesInBatches(t *testing.T) {
	for _, c := range []struct {
		name, method           string
		own, least, want, most float64
	}{
		{"bn", "bn", 0, 0.64, 2.0 / 3, 0.69},
		{"scale, its own factor", "scale", 1, 0.03, 0.05, 0.08},
		{"scale, mean factor", "scale", 0, 0, 0, 1e-7},
	} {
		settings := map[string]any{}
		if c.method == "scale" {
			settings = paperScale
		}
		b := methodtest.NewBench(t, cvae.Text, c.method, settings, componentRows)
		if c.method == "scale" {
			methodtest.Fill(b.Buffer("scale.own_factor"), []float64{c.own})
		}
		var places []float64
		var probes []int
		for p := range 40 {
			probe := component(p%4, 1, false)[3*p : 3*p+3]
			for batch := range centres {
				copy(b.Mean, component(batch, 1, false))
				copy(b.Mean, probe)
				places, probes = append(places, b.Run().Drawn.Mean[:3]...), append(probes, p)
			}
		}
		kept, err := latent.Separation(places, probes, 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := math.Sqrt(max(0, 1-kept)); got < c.least || got > c.most {
			t.Errorf("%s: probes are displaced by %v, want %v", c.name, got, c.want)
		}
	}
}
