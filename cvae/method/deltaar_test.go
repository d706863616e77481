package method_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// alphas are α of the three dimensions of the test models, evenly from 0.2 to 0.4.
var alphas = []float64{0.2, 0.3, 0.4}

// eachChain calls f with a model of delta-ar in both modes and coordinates.
func eachChain(t *testing.T, f func(t *testing.T, c cvae.Config, m *cvae.Model[float64])) {
	for _, mode := range modes {
		for _, in := range []string{"residual", "raw"} {
			t.Run(string(mode)+" "+in, func(t *testing.T) {
				c := methodtest.Shapes()[mode]
				f(t, c, methodtest.New(t, c, "delta-ar", map[string]any{"delta-ar.coordinates": in}))
			})
		}
	}
}

// shaken gives the parameters values at random, of deviation std.
func shaken(m *cvae.Model[float64], seed uint64, std float64) {
	for i, p := range m.Params() {
		draw := rng.New(seed, rng.Bench, i, 0)
		for k := range p.Value {
			p.Value[k] = std * draw.Normal()
		}
	}
	m.Changed()
}

// TestChainRate: the KL of the graph is that of the chain to the posterior relative to
// its prior, step by step and only as far as the response goes.
func TestChainRate(t *testing.T) {
	eachChain(t, func(t *testing.T, c cvae.Config, m *cvae.Model[float64]) {
		shaken(m, 1, 0.5)
		b := cvaetest.Batch(c)
		r := methodtest.Score(t, m, b)
		z := m.Latent()
		for i, target := range b.Target {
			lo, hi := i*z.Width(), i*z.Width()+z.Length(len(target))
			mu, logvar, want := make([]float64, hi-lo), make([]float64, hi-lo), make([]float64, hi-lo)
			for k := range mu {
				mean, log := 0.0, 0.0
				if r.P.Mean != nil {
					mean, log = r.P.Mean[lo+k], r.P.LogVar[lo+k]
				}
				mu[k], logvar[k] = (r.Q.Mean[lo+k]-mean)/math.Exp(log/2), r.Q.LogVar[lo+k]-log
			}
			latent.ChainKL(want, mu, logvar, alphas)
			methodtest.Near(t, "the rate", r.KL[lo:hi], want, 1e-9)
			for _, kl := range r.KL[hi : lo+z.Width()] {
				if kl != 0 {
					t.Errorf("response %d is charged %v past its end", i, kl)
				}
			}
		}
	})
}

// TestCommittedRateIsNeverUndercut by any parameters, in any response.
func TestCommittedRateIsNeverUndercut(t *testing.T) {
	eachChain(t, func(t *testing.T, c cvae.Config, m *cvae.Model[float64]) {
		committer := m.Parts.Posterior.(cvae.Committer)
		for seed := range 30 {
			shaken(m, uint64(seed), 0.01*float64(1+seed*seed))
			for _, b := range methodtest.Extremes(c) {
				r := methodtest.Score(t, m, b)
				z := m.Latent()
				for i, target := range b.Target {
					sum := 0.0
					for _, kl := range r.KL[i*z.Width() : (i+1)*z.Width()] {
						sum += kl
					}
					least := committer.CommittedRate(z.Dim, min(len(target), z.Steps))
					if want := latent.CommittedRate(alphas, min(len(target), z.Steps)); least != want {
						t.Fatalf("%d words commit to %v, want %v", len(target), least, want)
					}
					if !(sum >= least-1e-9) {
						t.Errorf("seed %d: %v nats in %d words, which commit to %v", seed, sum, len(target), least)
					}
				}
			}
		}
	})
}

// TestChainDraws: without an auxiliary prior draws have the covariance α^|s−t| of the
// chain, whitened, here of 20,000 draws (standard error below 0.011), about the mean
// of the prior; and an auxiliary prior that is not fitted draws the same.
func TestChainDraws(t *testing.T) {
	for _, mode := range modes {
		c := methodtest.Shapes()[mode]
		plain := cvaetest.New[float32](t, c, methodtest.Parts(t, "delta-ar", map[string]any{"delta-ar.prior_epochs": 0}, mode).Parts, kernel.PureGo)
		fresh := cvaetest.New[float32](t, c, methodtest.Parts(t, "delta-ar", nil, mode).Parts, kernel.PureGo)
		features, mean, logvar := plain.EncodeContext(cvaetest.Batch(c).Slice(0, 1))
		prior := cvae.PriorRow{Mean: mean, LogVar: logvar}
		const n = 20000
		width, draw := plain.Latent().Width(), rng.New(1, rng.Bench, 0, 0)
		eps := make([]float32, n*width)
		for k := range eps {
			eps[k] = float32(draw.Normal())
		}
		z := plain.Draw(n, features.C, prior, eps, 1)
		for k, v := range fresh.Draw(n, features.C, prior, eps, 1) {
			if math.Abs(float64(v-z[k])) > 1e-5 {
				t.Fatalf("%s: the auxiliary prior draws %v, the chain %v", mode, v, z[k])
			}
		}
		whitened := func(i, k int) float64 {
			v := float64(z[i*width+k])
			if mean != nil {
				v = (v - float64(mean[k])) / math.Exp(0.5*float64(logvar[k]))
			}
			return v
		}
		for k := range width {
			for l := range k + 1 {
				sum, want := 0.0, 0.0
				for i := range n {
					sum += whitened(i, k) * whitened(i, l) / n
				}
				if k%3 == l%3 {
					want = math.Pow(alphas[k%3], float64(k-l)/3)
				}
				if math.Abs(sum-want) > 0.045 {
					t.Errorf("%s: covariance %v of %d and %d, want %v", mode, sum, k, l, want)
				}
			}
		}
	}
}

// TestChainJoins: delta-ar joins rows of the decoder, of the schedule and of phases, and
// refuses what needs a vector.
func TestChainJoins(t *testing.T) {
	for _, other := range []string{"linear", "beta", "cyclical", "skip", "bow", "worddropout", "ae"} {
		parts, _, err := method.Compose("delta-ar+"+other, nil, cvae.Dialogue)
		if err != nil || parts.Closing == nil {
			t.Errorf("%s: %v, closing %v", other, err, parts.Closing)
		}
	}
	for _, other := range []string{"freebits", "targetrate", "aggkl", "mmd", "agg", "bn", "seq2seq"} {
		if _, _, err := method.Compose("delta-ar+"+other, nil, cvae.Dialogue); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", other, err)
		}
	}
	if parts := methodtest.Parts(t, "delta-ar", map[string]any{"delta-ar.prior_epochs": 0}, cvae.Text); parts.Closing != nil {
		t.Error("no epochs are a closing phase")
	}
}

// TestDeltaCommits to δ in every dimension, but in raw coordinates of dialogue to
// nothing.
func TestDeltaCommits(t *testing.T) {
	for _, mode := range modes {
		for in, want := range map[string]float64{"residual": 0.2 * 3, "raw": 0.2 * 3} {
			p := methodtest.Parts(t, "delta", map[string]any{"delta.delta": 0.2, "delta.coordinates": in}, mode).Posterior.(cvae.Committer)
			if got := p.CommittedRate(3, 7); mode == cvae.Dialogue && in == "raw" {
				if !math.IsNaN(got) {
					t.Errorf("raw coordinates commit to %v", got)
				}
			} else if math.Abs(got-want) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", mode, in, got, want)
			}
		}
	}
}
