package latent

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/cvae-go/cvae/dialog/rng"
)

// randomChain is means and log-variances (n,d) at random.
func randomChain(n, d, seed int) (mu, logvar []float64) {
	draw := rng.New(uint64(seed), rng.Bench, n, d)
	for range n * d {
		mu, logvar = append(mu, draw.Normal()), append(logvar, draw.Normal())
	}
	return mu, logvar
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// TestChainKLIsTheDenseGaussianKL: ½(tr Σp⁻¹Σq + μᵀΣp⁻¹μ − n + ln|Σp| − ln|Σq|) with
// the covariance αⁱ⁻ʲ of the chain, inverted by gonum, dimension by dimension.
func TestChainKLIsTheDenseGaussianKL(t *testing.T) {
	alpha := []float64{0.2, 0.9, -0.5, 0}
	for n := 1; n <= 9; n++ {
		mu, logvar := randomChain(n, len(alpha), 1)
		got := make([]float64, n*len(alpha))
		ChainKL(got, mu, logvar, alpha)
		want := 0.0
		for k, a := range alpha {
			prior := mat.NewSymDense(n, nil)
			for i := range n {
				for j := range i + 1 {
					prior.SetSym(i, j, math.Pow(a, float64(i-j)))
				}
			}
			var c mat.Cholesky
			var inverse mat.SymDense
			if !c.Factorize(prior) || c.InverseTo(&inverse) != nil {
				t.Fatal("the covariance of the chain is not positive")
			}
			sum := c.LogDet() - float64(n)
			for i := range n {
				at := i*len(alpha) + k
				sum += inverse.At(i, i)*math.Exp(logvar[at]) - logvar[at]
				for j := range n {
					sum += mu[at] * inverse.At(i, j) * mu[j*len(alpha)+k]
				}
			}
			want += sum / 2
		}
		if math.Abs(total(got)-want) > 1e-9*math.Max(1, want) {
			t.Errorf("n = %d: %v, the dense KL is %v", n, total(got), want)
		}
	}
}

// TestCommittedRate: examples worked out by hand from the formula of Razavi et al.
// 2019, to the digits that are given.
func TestCommittedRate(t *testing.T) {
	for _, c := range []struct {
		alpha []float64
		n     int
		want  float64
		tol   float64
	}{
		{[]float64{0.5}, 1, 0, 0}, {[]float64{0.5}, 2, -0.5 * math.Log(0.75), 1e-15}, {[]float64{0}, 30, 0, 0},
		{[]float64{0.5}, 3, 0.255412813, 2e-9}, {[]float64{0.9}, 16, 4.983653520, 1e-9}, {[]float64{0.2, 0.4}, 20, 1.796354155, 1e-9},
		{[]float64{0.2, 0.4}, 10, 0.8582, 5e-5}, {[]float64{0.2, 0.4}, 30, 2.7346, 5e-5}, {[]float64{0.2, 0.4}, 22, 1.98, 5e-3},
		{[]float64{0.1}, 16, 0.0747, 5e-5}, {[]float64{0.3}, 16, 0.6504, 5e-5}, {[]float64{0.5}, 16, 1.7058, 5e-5},
		{[]float64{0.7}, 16, 3.1281, 5e-5}, {[]float64{0.99}, 16, 6.7405, 5e-5},
		{[]float64{0.1}, 32, 0.1543, 5e-5}, {[]float64{0.9}, 32, 9.7303, 5e-5}, {[]float64{0.99}, 32, 12.2057, 5e-5},
	} {
		if got := CommittedRate(c.alpha, c.n); !(math.Abs(got-c.want) <= c.tol) {
			t.Errorf("α %v, n %d: %v, want %v", c.alpha, c.n, got, c.want)
		}
	}
}

// TestExcessOverTheCommittedRate: the identity of the excess in closed form, for means
// that are Gaussian over x: μ ~ N(0, C), so that q̄_t = N(0, C_tt + σ_t²) and I_t =
// ½ ln(1 + C_tt/σ_t²). The mean over x of the KL, which is quadratic in μ, is that over
// the 2n points ±√n times a column of the Cholesky factor of C, whose covariance is C.
func TestExcessOverTheCommittedRate(t *testing.T) {
	const n, alpha = 7, 0.6
	draw := rng.New(3, rng.Bench, n, 0)
	for trial := range 20 {
		factor, scale := make([][]float64, n), float64(trial)/10
		for i := range factor {
			factor[i] = make([]float64, n)
			for j := range i + 1 {
				factor[i][j] = scale * draw.Normal()
			}
		}
		covariance := func(i, j int) (sum float64) {
			for k := range n {
				sum += factor[i][k] * factor[j][k]
			}
			return sum
		}
		_, logvar := randomChain(n, 1, trial)
		klOf := func(mu, logvar []float64) float64 {
			terms := make([]float64, n)
			ChainKL(terms, mu, logvar, []float64{alpha})
			return total(terms)
		}
		kl, information, together, merged := 0.0, 0.0, 0.0, make([]float64, n)
		for k := range n {
			for _, sign := range []float64{-1, 1} {
				mu := make([]float64, n)
				for i := range mu {
					mu[i] = sign * math.Sqrt(n) * factor[i][k]
				}
				kl += klOf(mu, logvar) / (2 * n)
			}
			information += 0.5 * math.Log1p(covariance(k, k)/math.Exp(logvar[k]))
			merged[k] = math.Log(covariance(k, k) + math.Exp(logvar[k]))
			if k > 0 {
				together += alpha / (1 - alpha*alpha) * covariance(k, k-1)
			}
		}
		want := information + klOf(make([]float64, n), merged) - together
		if math.Abs(kl-want) > 1e-9*math.Max(1, kl) {
			t.Errorf("trial %d: KL %v, the identity has %v", trial, kl, want)
		}
		if least := CommittedRate([]float64{alpha}, n); kl-least < information-together-1e-9 {
			t.Errorf("trial %d: %v over the committed rate, less than %v", trial, kl-least, information-together)
		}
	}
}

// TestNothingBeatsTheCommittedRate: no posterior at random, near its optimum or not,
// and the optimum reaches it.
func TestNothingBeatsTheCommittedRate(t *testing.T) {
	for n := 1; n <= 20; n++ {
		for _, a := range []float64{0, 0.1, 0.4, 0.7, 0.95, 0.999} {
			least, best := CommittedRate([]float64{a}, n), CommittedOptimum(a, n)
			mu, logvar := make([]float64, n), make([]float64, n)
			for i, v := range best {
				logvar[i] = math.Log(v)
			}
			kl := make([]float64, n)
			ChainKL(kl, mu, logvar, []float64{a})
			if math.Abs(total(kl)-least) > 1e-9 {
				t.Errorf("α %g, n %d: %v at the optimum of %v", a, n, total(kl), least)
			}
			for trial := range 50 {
				step, logs := randomChain(n, 1, trial)
				for i := range logs { // from far away to very near
					step[i], logs[i] = step[i]/math.Exp2(float64(trial)/2), logvar[i]+logs[i]/math.Exp2(float64(trial)/2)
				}
				clear(kl)
				ChainKL(kl, step, logs, []float64{a})
				if !(total(kl) >= least-1e-9) {
					t.Errorf("α %g, n %d: %v is below the committed rate %v", a, n, total(kl), least)
				}
			}
		}
	}
}
