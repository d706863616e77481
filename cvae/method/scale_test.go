package method_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// scaleForms are the settings of the forms and the modes they live in.
var scaleForms = []struct {
	mode cvae.Mode
	form string
}{{cvae.Text, "residual"}, {cvae.Dialogue, "residual"}, {cvae.Dialogue, "raw"}}

// uncentred is the method of the paper, f⊙μ.
var uncentred = map[string]any{"scale.centre": "off"}

// scaleBench builds scale without a centre, in a form, with network outputs of no
// pattern.
func scaleBench(t *testing.T, mode cvae.Mode, form string, settings map[string]any) *methodtest.Bench {
	t.Helper()
	all := map[string]any{"scale.coordinates": form, "scale.centre": "off"}
	for k, v := range settings {
		all[k] = v
	}
	b := methodtest.NewBench(t, mode, "scale", all, 5)
	for i := range b.Mean {
		b.Mean[i], b.LogVar[i] = 0.2*float64(i*i%11)-0.7, -0.2*float64(i%4)
	}
	for i := range b.PriorMean {
		b.PriorMean[i], b.PriorLogVar[i] = 0.3*float64(i%5)-0.4, 0.25*float64(i%3)-0.3
	}
	return b
}

// TestScaleVector is des_std/√1.25 of [1,2,3,4] by hand: the population's
// standard deviation, not the sample's (.542217668).
func TestScaleVector(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "scale", uncentred, 4)
	b.Columns(1, 2, 3, 4)
	r := b.Run()
	near(t, "factor", r.Observed["factor"], 0.626099034)
	near(t, "scaled standard deviation", r.Observed["scaled_std"], 0.7)
	for i, x := range []float64{1, 2, 3, 4} {
		near(t, "scaled mean", r.Drawn.Mean[3*i:3*i+3], 0.626099034*x)
		near(t, "charged mean", r.Q.Mean[3*i:3*i+3], x)
		near(t, "KL of the charged mean", r.KL[3*i:3*i+3], x*x/2)
	}
}

// TestScaleCentre: [1,2,3,4] has the mean 2.5, which is subtracted before the
// factor multiplies and which the KL still charges. Later epochs subtract the mean
// of the epoch before, or of a calibration.
func TestScaleCentre(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "scale", map[string]any{"scale.f_steps": 0, "scale.centre": "on"}, 4)
	b.Columns(1, 2, 3, 4)
	r := b.Update()
	for i, x := range []float64{1, 2, 3, 4} {
		near(t, "scaled mean", r.Drawn.Mean[3*i:3*i+3], 0.626099034*(x-2.5))
		near(t, "KL of the charged mean", r.KL[3*i:3*i+3], x*x/2)
	}
	b.Columns(3, 4, 5, 6)
	shifted := b.Run()
	methodtest.Near(t, "scaled means that are all shifted", shifted.Drawn.Mean, r.Drawn.Mean, 1e-12)
	b.Update()
	near(t, "the centre of two batches", b.Buffer("scale.centre"), 3.5)
	b.Inner().(cvae.EpochEnder).EndEpoch()
	b.Columns(4.5, 4.5, 2.5, 2.5)
	near(t, "later epochs subtract it", b.Update().Drawn.Mean[:3], 0.626099034)
	calibrate(t, b)
	near(t, "the centre of a calibration", b.Buffer("scale.centre"), 3.5)
	near(t, "the mean that replies are drawn around", b.Buffer("scale.generator_mean"), 0)
	b.Columns(7.5, 7.5, 5.5, 5.5)
	calibrate(t, b)
	near(t, "the centre of another calibration", b.Buffer("scale.centre"), 6.5)
	near(t, "scoring subtracts it", b.Score().Drawn.Mean[:3], 0.606217783) // 0.7·√¾, the deviation of four rows being the sample's
}

// near compares every element with one number of nine digits.
func near(t *testing.T, what string, got []float64, want float64) {
	t.Helper()
	all := make([]float64, len(got))
	methodtest.Fill(all, []float64{want})
	methodtest.Near(t, what, got, all, 2e-9)
}

// TestScaleHitsTheStandardDeviation in batch mode for any batch, with one factor
// for all rows, whether it is detached or not.
func TestScaleHitsTheStandardDeviation(t *testing.T) {
	for _, form := range scaleForms {
		for _, detach := range []string{"on", "off"} {
			b := scaleBench(t, form.mode, form.form, map[string]any{"scale.detach": detach, "scale.f_max": 1e6, "scale.des_std": 1.1})
			rapid.Check(t, func(rt *rapid.T) {
				for d := range 3 {
					spread := rapid.Float64Range(1e-3, 50).Draw(rt, "spread")
					for i := range 5 {
						b.Mean[3*i+d] = spread * (rapid.Float64Range(-1, 1).Draw(rt, "mean") + float64(i))
					}
				}
				r := b.Run()
				drawn, charged := r.Drawn.Mean, r.Q.Mean
				if form.form == "residual" {
					drawn, charged = whitened(drawn, r.P), whitened(charged, r.P)
				}
				for d, f := range r.Observed["factor"] {
					if got := deviation(b.Take(drawn, d)); math.Abs(got-1.1) > 1e-6 {
						rt.Fatalf("%v: standard deviation %v", form, got)
					}
					for i, m := range b.Take(drawn, d) {
						if want := f * b.Take(charged, d)[i]; math.Abs(m-want) > 1e-9*math.Max(1, math.Abs(want)) {
							rt.Fatalf("%v: row %d is scaled to %v, not %v", form, i, m, want)
						}
					}
				}
			})
		}
	}
}

// deviation is the population standard deviation.
func deviation(x []float64) float64 {
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / float64(len(x))
	}
	return math.Sqrt(square)
}

// TestScaleChargesTheUnscaled compares the KL with the formula on what the
// networks put out.
func TestScaleChargesTheUnscaled(t *testing.T) {
	for _, form := range scaleForms {
		b := scaleBench(t, form.mode, form.form, nil)
		r := b.Run()
		logvar := append([]float64(nil), b.LogVar...)
		if form == scaleForms[1] { // relative to the prior
			for i := range logvar {
				logvar[i] += b.PriorLogVar[i]
			}
		}
		want := make([]float64, len(r.KL))
		latent.KLPerDim(want, b.Mean, logvar, b.PriorMean, b.PriorLogVar)
		methodtest.Near(t, form.form+" KL", r.KL, want, 1e-12)
	}
}

// TestScaleIgnoresScale: in batch mode t·μ decodes as μ does, while the KL
// grows.
func TestScaleIgnoresScale(t *testing.T) {
	for _, form := range scaleForms[:2] {
		b := scaleBench(t, form.mode, form.form, map[string]any{"scale.f_max": 1e6})
		clear(b.PriorMean)
		first := b.Run()
		for i := range b.Mean {
			b.Mean[i] *= 3.7
		}
		second := b.Run()
		methodtest.Near(t, "distortion", second.Rec, first.Rec, 1e-9)
		if second.KL[0] <= first.KL[0] {
			t.Errorf("KL %v after %v", second.KL[0], first.KL[0])
		}
	}
}

// TestScaleBounds finds E1, E2 and E3 in a result: rec + KL(q‖p),
// rec + KL(q̂‖r) with r what replies draw from, and rec + KL(q̂‖p).
func TestScaleBounds(t *testing.T) {
	for _, form := range scaleForms {
		b := scaleBench(t, form.mode, form.form, nil)
		b.Update() // f̄ of one batch
		r := b.Score()
		f := b.Buffer("scale.factor")
		for i, rec := range r.Rec {
			row := func(m []float64) []float64 {
				if m == nil {
					return nil
				}
				return m[3*i : 3*i+3]
			}
			m, s := make([]float64, 3), make([]float64, 3)
			latent.Whiten(m, s, row(r.Q.Mean), row(r.Q.LogVar), row(r.P.Mean), row(r.P.LogVar))
			want := latent.NewScaleBounds(rec, m, s, f)
			e2 := rec + latent.KL(row(r.Drawn.Mean), row(r.Drawn.LogVar), row(r.Generator.Mean), row(r.Generator.LogVar))
			methodtest.Near(t, form.form+" E2", []float64{e2}, []float64{want.E2}, 1e-9)
			sum := 0.0
			for _, kl := range row(r.KL) {
				sum += kl
			}
			methodtest.Near(t, form.form+" E1", []float64{rec + sum}, []float64{want.E1}, 1e-9)
			if form.form == "raw" { // its q̂ is not centred where E3 has it
				continue
			}
			e3 := rec + latent.KL(row(r.Drawn.Mean), row(r.Drawn.LogVar), row(r.P.Mean), row(r.P.LogVar))
			methodtest.Near(t, "E3", []float64{e3}, []float64{want.E3}, 1e-9)
		}
	}
}

// TestScaleReducesToText: with a standard prior both forms of dialogue are the
// method of the paper.
func TestScaleReducesToText(t *testing.T) {
	var text *cvae.Result
	for _, form := range scaleForms {
		b := scaleBench(t, form.mode, form.form, map[string]any{"scale.generator": "paper"})
		clear(b.PriorMean)
		clear(b.PriorLogVar)
		r := b.Run()
		if text == nil {
			text = r
			continue
		}
		for what, pair := range map[string][2][]float64{
			"KL": {r.KL, text.KL}, "z": {r.Z, text.Z}, "drawn mean": {r.Drawn.Mean, text.Drawn.Mean},
			"generator mean": {r.Generator.Mean, text.Generator.Mean}, "generator log-variance": {r.Generator.LogVar, text.Generator.LogVar},
		} {
			methodtest.Near(t, form.form+" "+what, pair[0], pair[1], 1e-12)
		}
	}
}

// TestScaleLimit clamps the factor in the batch and in f̄, also when a batch
// does not vary at all.
func TestScaleLimit(t *testing.T) {
	for _, spread := range []float64{0, 1e-9, 0.01} {
		b := methodtest.NewBench(t, cvae.Text, "scale", map[string]any{"scale.f_max": 12}, 4)
		b.Columns(spread, -spread, spread, -spread)
		near(t, "factor", b.Update().Observed["factor"], 12)
		near(t, "f̄", b.Buffer("scale.factor"), 12)
	}
}

// TestScaleDetached: the gradient with a stopped factor is that with the same
// numbers as constants.
func TestScaleDetached(t *testing.T) {
	for _, mode := range modes {
		c := methodtest.Shapes()[mode]
		free := map[string]any{"scale.f_max": 1e6, "scale.detach": "on", "scale.centre": "off"} // at the limit no gradient flows anyway
		m, constant := methodtest.New(t, c, "scale", free), methodtest.New(t, c, "scale", free)
		r := methodtest.Train(t, m, cvaetest.Batch(c), 0.4)
		copy(methodtest.Buffer(t, constant, "scale.factor"), r.Observed["factor"])
		clear(methodtest.Buffer(t, constant, "scale.own_factor"))
		same := methodtest.Train(t, constant, cvaetest.Batch(c), 0.4)
		methodtest.Near(t, "distortion", same.Rec, r.Rec, 1e-12)
		for i, p := range m.Params() {
			methodtest.Near(t, "the gradient of "+p.Name, constant.Params()[i].Grad, p.Grad, 1e-12)
		}
	}
}

// TestScaleAttached: the distortion does not depend on the length of the means,
// so by Euler's theorem its gradient along them vanishes when the factor is
// attached, and does not when it is stopped. Without a bias or a prior the
// means are linear in their weight.
func TestScaleAttached(t *testing.T) {
	for detach, vanishes := range map[string]bool{"off": true, "on": false} {
		c := methodtest.Shapes()[cvae.Text]
		m := methodtest.New(t, c, "scale", map[string]any{"scale.detach": detach, "scale.f_max": 1e6})
		methodtest.Train(t, m, cvaetest.Batch(c), 0)
		along, size := 0.0, 0.0
		for _, p := range m.Params() {
			if p.Name != "recognition.mean.weight0" {
				continue
			}
			for i, v := range p.Value {
				along += v * p.Grad[i]
				size += math.Abs(v * p.Grad[i])
			}
		}
		if size == 0 || (math.Abs(along) < 1e-9*size) != vanishes {
			t.Errorf("detach %s: the gradient along the means is %v of %v", detach, along, size)
		}
	}
}

// TestScaleFactorFloor: 1/f² is Var[μ]/des_std², and the means pay ½E‖μ‖² ≥ ½ΣVar[μ], so
// factors are small only where the means pay: the mean of 1/f² is at most
// 2·KL_μ/(n·des_std²), that is f ≥ des_std·√(n/2KL_μ), equal where the means are centred.
func TestScaleFactorFloor(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "scale", map[string]any{"scale.f_max": 1e6, "scale.des_std": 1.1}, 5)
	for _, shift := range []float64{0, 0.3} {
		rapid.Check(t, func(rt *rapid.T) {
			for d := range 3 {
				mean := 0.0
				for i := range 5 {
					b.Mean[3*i+d] = float64(i) + rapid.Float64Range(-0.4, 0.4).Draw(rt, "mean")
					mean += b.Mean[3*i+d] / 5
				}
				for i := range 5 {
					b.Mean[3*i+d] += shift - mean
				}
			}
			r := b.Run()
			kl, inverse := 0.0, 0.0
			for _, v := range r.KL { // ℓ = 0: of the means alone
				kl += v / 5
			}
			for _, f := range r.Observed["factor"] {
				inverse += 1 / (f * f) / 3
			}
			least := 1.1 * math.Sqrt(3/(2*kl))
			if got := 1 / math.Sqrt(inverse); got < least-1e-9 || shift == 0 && got > least+1e-6 {
				rt.Fatalf("means shifted by %v: the factor is %v, at least %v", shift, got, least)
			}
		})
	}
}
