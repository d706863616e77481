package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestAggregatedKLForm compares the estimate with its definition on the z drawn,
// in whitened coordinates: the mean of ln(1/B Σ_j q_j(z_i)) − ln p(z_i).
func TestAggregatedKLForm(t *testing.T) {
	const n = 4
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "aggkl", map[string]any{"aggkl.beta": 0.25, "aggkl.lambda": 3}, n)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), 0.7*math.Cos(float64(3*i))
		}
		for i := range b.PriorMean {
			b.PriorMean[i], b.PriorLogVar[i] = math.Cos(float64(i*i)), 0.3*math.Sin(float64(i))
		}
		r := b.Run()
		m, s := make([]float64, 3*n), make([]float64, 3*n)
		latent.Whiten(m, s, r.Drawn.Mean, r.Drawn.LogVar, r.P.Mean, r.P.LogVar)
		want := aggregatedKL(whitened(r.Z, r.P), m, s)
		near(t, "aggregated KL", r.Observed["aggregated_kl"], want)
		near(t, "side term", []float64{r.Side}, 3*want)
		for i, c := range r.Charged {
			near(t, "charge", []float64{c}, 0.25*(r.KL[3*i]+r.KL[3*i+1]+r.KL[3*i+2]))
		}
	}
}

// aggregatedKL is the estimate for draws z from Gaussians of means m and standard
// deviations s, (B,3) each.
func aggregatedKL(z, m, s []float64) (kl float64) {
	n := len(z) / 3
	for i := range n {
		mixture := 0.0
		for j := range n {
			density := 1.0
			for d := range 3 {
				e := (z[3*i+d] - m[3*j+d]) / s[3*j+d]
				density *= math.Exp(-e*e/2) / s[3*j+d]
			}
			mixture += density / float64(n)
		}
		for d := range 3 {
			kl += z[3*i+d] * z[3*i+d] / 2 / float64(n)
		}
		kl += math.Log(mixture) / float64(n)
	}
	return kl
}

// TestAggregatedKLVanishes where every posterior is the prior, whatever the prior.
func TestAggregatedKLVanishes(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Dialogue, "aggkl", nil, 4)
	for i := range b.Mean {
		b.Mean[i], b.LogVar[i] = math.Sin(float64(i)), math.Cos(float64(i))
		b.PriorMean[i], b.PriorLogVar[i] = b.Mean[i], b.LogVar[i]
	}
	near(t, "aggregated KL", b.Run().Observed["aggregated_kl"], 0)
	near(t, "charge at beta 0", b.Run().Charged, 0)
}

// TestAggregatedKLFar: posteriors far apart share nothing, so that the estimate
// is ln q_i(z_i) − ln B − ln p(z_i): the KL less the information, which is ln B.
func TestAggregatedKLFar(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "aggkl", nil, 4)
	b.Columns(-30, -10, 10, 30)
	r := b.Run()
	exact := 0.0
	for i, z := range r.Z {
		e := z - r.Q.Mean[i]
		exact += (z*z - e*e) / 2 / 4
	}
	near(t, "aggregated KL", r.Observed["aggregated_kl"], exact-math.Log(4))
}

// TestMMD compares the mean over draws with the closed form for the kernel
// exp(−‖x−y‖²/n²), n = 3: E k = (1+4/n²)^(−n/2) between two draws of N(0,I) and
// (1+2/n²)^(−n/2) between one and 0. With the diagonals of B rows the estimate
// of no discrepancy at all is 2(1−k)/B.
func TestMMD(t *testing.T) {
	const rows, runs = 8, 400
	between, toZero := math.Pow(1+4.0/9, -1.5), math.Pow(1+2.0/9, -1.5)
	within := (1 + (rows-1)*between) / rows
	for logVar, want := range map[float64]float64{0: 2 * (1 - between) / rows, -60: 1 + within - 2*toZero} {
		b := methodtest.NewBench(t, cvae.Text, "mmd", nil, rows)
		methodtest.Fill(b.LogVar, []float64{logVar})
		sum, square := 0.0, 0.0
		for step := range runs {
			r, err := b.Graph.Run(b.Batch, cvae.Draws{Seed: 1, Purpose: rng.Posterior, Step: step}, 1)
			if err != nil {
				t.Fatal(err)
			}
			v := r.Observed["mmd"][0]
			near(t, "side term", []float64{r.Side}, 99.9*v)
			if v < -1e-9 {
				t.Fatalf("the discrepancy is %v", v)
			}
			sum, square = sum+v/runs, square+v*v/runs
		}
		if e := math.Sqrt((square - sum*sum) / runs); math.Abs(sum-want) > 5*e {
			t.Errorf("ln σ² %v: MMD %v ± %v, want %v", logVar, sum, e, want)
		}
	}
}

// TestMMDCharge weighs the KL by 1−α and compares whitened draws: a posterior at
// its prior has the discrepancy of N(0,I) wherever the prior is.
func TestMMDCharge(t *testing.T) {
	settings := map[string]any{"mmd.alpha": 0.75, "mmd.lambda": 10}
	b, moved := methodtest.NewBench(t, cvae.Dialogue, "mmd", settings, 4), methodtest.NewBench(t, cvae.Dialogue, "mmd", settings, 4)
	b.Columns(1, -1, 1, -1)
	for i := range moved.Mean {
		moved.PriorMean[i], moved.PriorLogVar[i] = 3, math.Log(4)
		moved.Mean[i], moved.LogVar[i] = 3+2*b.Mean[i], math.Log(4)
	}
	r, same := b.Run(), moved.Run()
	near(t, "charge", r.Charged, 0.25*3*0.5)
	near(t, "side term", []float64{r.Side}, 9.75*r.Observed["mmd"][0])
	near(t, "side term elsewhere", []float64{same.Side}, r.Side)
}
