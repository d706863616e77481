package latent

import "math"

// A chain is n steps of d numbers, a matrix (n,d), whose prior is autoregressive:
// a_1 ~ N(0,I) and a_t = α⊙a_{t−1} + ε_t with ε_t ~ N(0, 1−α²), which leaves every
// step N(0,I) [razavi].

// ChainKL adds to dst (n,d) the terms of KL(q‖p), in nats, of a factorised posterior
// N(mu, exp logvar), (n,d) each, from the chain p of α (d):
//
//	½[σ_1² + μ_1² − 1 − ln σ_1²]
//	½[(σ_t² + (μ_t−αμ_{t−1})² + α²σ_{t−1}²)/(1−α²) − 1 − ln σ_t² + ln(1−α²)], t ≥ 2
func ChainKL[F Float](dst []float64, mu, logvar []F, alpha []float64) {
	d := len(alpha)
	for k := range dst {
		shift, spread, innovation := float64(mu[k]), math.Exp(float64(logvar[k])), 1.0
		if k >= d {
			a := alpha[k%d]
			shift -= a * float64(mu[k-d])
			spread += a * a * math.Exp(float64(logvar[k-d]))
			innovation = 1 - a*a
		}
		dst[k] += 0.5 * ((spread+shift*shift)/innovation - 1 - float64(logvar[k]) + math.Log(innovation))
	}
}

// CommittedRate is the least KL, in nats, that a factorised posterior of n steps can
// have from the chain of α (d) [razavi]:
//
//	½ Σ_k ( (n−2) ln(1+α_k²) − ln(1−α_k²) ), n ≥ 2, and 0 for one step
//
// It is reached at CommittedOptimum.
func CommittedRate(alpha []float64, n int) (nats float64) {
	if n < 2 {
		return 0
	}
	for _, a := range alpha {
		nats += 0.5 * (float64(n-2)*math.Log1p(a*a) - math.Log1p(-a*a))
	}
	return nats
}

// What the KL less CommittedRate says of information: let x have a posterior q_x, q̄ be
// the product over the steps of its means over x, and I_t = I(x;z_t). Then
//
//	E KL(q_x‖p) = Σ_t I_t + KL(q̄‖p) − Σ_{t≥2} α/(1−α²) Cov_x(μ_t, μ_{t−1})
//
// over all dimensions, and KL(q̄‖p) is at least the committed rate. So without an excess
// over it all x have one posterior and no step carries anything. An excess says
// nothing: one posterior for all x may have any, and means that go together from step
// to step carry more than it. Therefore the sum of I_t is judged and not the excess.

// CommittedOptimum is the variances (n) of one dimension at which the KL from the
// chain of α is CommittedRate; the means are 0.
func CommittedOptimum(alpha float64, n int) []float64 {
	variance := make([]float64, n)
	for t := range variance {
		switch {
		case n == 1:
			variance[t] = 1
		case t == 0 || t == n-1:
			variance[t] = 1 - alpha*alpha
		default:
			variance[t] = (1 - alpha*alpha) / (1 + alpha*alpha)
		}
	}
	return variance
}
