package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// observe is what a calibration on the rows of the bench gives the posterior.
func observe(t *testing.T, b *methodtest.Bench) map[string]cvae.Spread {
	t.Helper()
	spreads := map[string]cvae.Spread{}
	for name, values := range b.Score().Observed {
		if len(values) != len(b.Mean) {
			continue
		}
		m := latent.NewMoments[float64](3)
		if err := m.Add(values); err != nil {
			t.Fatal(err)
		}
		spreads[name] = cvae.Spread{Mean: m.Mean(), Variance: m.Variance()}
	}
	return spreads
}

func calibrate(t *testing.T, b *methodtest.Bench) {
	t.Helper()
	b.Inner().(cvae.Calibrator).Calibrate(observe(t, b))
}

// calibrated are the methods that normalise, with the standard deviation that
// their means have.
var calibrated = []struct {
	name     string
	mode     cvae.Mode
	settings map[string]any
	std      float64
}{
	{"bn", cvae.Text, nil, 0.6},
	{"bn", cvae.Dialogue, nil, 0.6},
	{"bn", cvae.Dialogue, map[string]any{"bn.coordinates": "raw", "bn.prior_kl": "on"}, 0.6},
	{"bn", cvae.Text, map[string]any{"bn.version": "v2"}, math.Sqrt(0.75)},
	{"du", cvae.Text, nil, 0.6},
	{"scale", cvae.Text, nil, 0.7},
	{"scale", cvae.Dialogue, nil, 0.7},
	{"scale", cvae.Dialogue, map[string]any{"scale.coordinates": "raw"}, 0.7},
}

// TestCalibration: running statistics lag by nine tenths of a first step, so the
// means of scoring have neither their mean nor their deviation; calibrated they
// have. A second calibration changes nothing.
func TestCalibration(t *testing.T) {
	for _, row := range calibrated {
		b := methodtest.NewBench(t, row.mode, row.name, row.settings, 8)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = 0.05*math.Sin(float64(i*i)), 0.7*math.Cos(float64(3*i))
		}
		b.Update()
		for i := range b.Mean { // the parameters move
			b.Mean[i] = 2*b.Mean[i] + 0.3
		}
		coordinates := func() []float64 {
			r := b.Score()
			if row.settings["bn.coordinates"] == "raw" || row.settings["scale.coordinates"] == "raw" {
				return r.Drawn.Mean
			}
			return whitened(r.Drawn.Mean, r.P)
		}
		before := deviation(b.Take(coordinates(), 0))
		calibrate(t, b)
		// The unbiased deviation of eight rows, 8/7 of the population's square.
		want := row.std * math.Sqrt(7.0/8)
		for d := range 3 {
			column, mean := b.Take(coordinates(), d), 0.0
			for _, v := range column {
				mean += v / 8
			}
			if got := deviation(column); math.Abs(got-want) > 1e-6 || row.name != "scale" && math.Abs(mean) > 1e-6 {
				t.Errorf("%s %v: mean %v and deviation %v after calibration, want 0 and %v", row.name, row.settings, mean, got, want)
			}
		}
		if math.Abs(before-want) < 1e-3 {
			t.Errorf("%s %v: the deviation was %v before", row.name, row.settings, before)
		}
		first := coordinates()
		calibrate(t, b)
		methodtest.Near(t, row.name+" calibrated again", coordinates(), first, 1e-9)
	}
}

// TestCalibrationForm: the statistics are those that m̂, the normalised means under
// any running ones, lead to: mean += √(v+ε)/γ·(mean(m̂)−β), v = (v+ε)·Var(m̂)/γ².
func TestCalibrationForm(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "bn", map[string]any{"bn.epsilon": 1e-5, "bn.beta": 0.25}, 8)
	for i := range b.Mean {
		b.Mean[i] = 0.05*math.Sin(float64(i*i)) + 0.3
	}
	b.Update()
	mean, variance := append([]float64(nil), b.Buffer("bn.running_mean")...), append([]float64(nil), b.Buffer("bn.running_variance")...)
	m := latent.NewMoments[float64](3)
	if err := m.Add(b.Score().Q.Mean); err != nil {
		t.Fatal(err)
	}
	for d := range mean {
		v := variance[d] + 1e-5
		mean[d] += math.Sqrt(v) / 0.6 * (m.Mean()[d] - 0.25)
		variance[d] = v * m.Variance()[d] / 0.36
	}
	calibrate(t, b)
	methodtest.Near(t, "mean", b.Buffer("bn.running_mean"), mean, 1e-12)
	methodtest.Near(t, "variance", b.Buffer("bn.running_variance"), variance, 1e-12)
}

// TestScaleMoments: replies have mean and variance of the draws of training, and
// E4 of these very rows is rec + ½Σ(ln v̂ − E ln σ²). On other rows it is the whole
// KL(q̂‖r).
func TestScaleMoments(t *testing.T) {
	const n = 8
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "scale", nil, n)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = 0.3*math.Sin(float64(i*i))+0.2, 0.7*math.Cos(float64(3*i))
		}
		for i := range b.PriorMean {
			b.PriorMean[i], b.PriorLogVar[i] = math.Cos(float64(i*i)), 0.3*math.Sin(float64(i))
		}
		b.Update()
		spreads := observe(t, b)
		for _, s := range spreads { // of all rows there are: the variance of a population
			for d := range s.Variance {
				s.Variance[d] *= (n - 1.0) / n
			}
		}
		b.Inner().(cvae.Calibrator).Calibrate(spreads)
		r := b.Score()
		sum, want := 0.0, 0.0
		for _, v := range r.Observed[cvae.RateMoments] {
			sum += v / n
		}
		means := whitened(r.Drawn.Mean, r.P)
		for d := range 3 {
			column, variance := b.Take(means, d), 0.0
			for i := range n {
				variance += math.Exp(b.LogVar[3*i+d]) / n
				want -= b.LogVar[3*i+d] / 2 / n
			}
			s := deviation(column)
			want += math.Log(s*s+variance) / 2
		}
		methodtest.Near(t, "KL to the moments", []float64{sum}, []float64{want}, 1e-9)
		for i := range r.Rec {
			row := func(m []float64) []float64 { return m[3*i : 3*i+3] }
			kl := latent.KL(row(r.Drawn.Mean), row(r.Drawn.LogVar), row(r.Generator.Mean), row(r.Generator.LogVar))
			methodtest.Near(t, "KL to the generator that replies", []float64{r.Observed[cvae.RateMoments][i]}, []float64{kl}, 1e-9)
		}
		if scaled := r.Observed[cvae.RateScaled]; scaled[0] == r.Observed[cvae.RateMoments][0] {
			t.Error("E2 is E4")
		}
	}
}
