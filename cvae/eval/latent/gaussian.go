package latent

import "math"

// KL is the rate KL(q‖p) in nats of one posterior q = N(mu, exp logvar) from
// the prior p = N(priorMu, exp priorLogvar), all (d):
//
//	½ Σ_d ( ℓp_d − ℓ_d + (exp ℓ_d + (μ_d−μp_d)²)/exp ℓp_d − 1 )
//
// with ℓ the log-variances [kingma, appendix B]. Nil priors mean N(0,I).
func KL[F Float](mu, logvar, priorMu, priorLogvar []F) float64 {
	var sum float64
	for d := range mu {
		sum += klAt(d, mu, logvar, priorMu, priorLogvar)
	}
	return sum
}

// KLPerDim adds the d terms of KL to dst (d), so that a sum over rows needs
// no second buffer.
func KLPerDim[F Float](dst []float64, mu, logvar, priorMu, priorLogvar []F) {
	for d := range dst {
		dst[d] += klAt(d, mu, logvar, priorMu, priorLogvar)
	}
}

// klAt is KL's term for dimension d. With s² = exp(ℓ−ℓp), s² − ln s² − 1 is
// written expm1(x) − x, which stays exact when the posterior nears the prior.
func klAt[F Float](d int, mu, logvar, priorMu, priorLogvar []F) float64 {
	shift, ratio := float64(mu[d]), float64(logvar[d])
	if priorMu != nil {
		shift -= float64(priorMu[d])
	}
	if priorLogvar != nil {
		ratio -= float64(priorLogvar[d])
		shift *= math.Exp(-0.5 * float64(priorLogvar[d]))
	}
	return 0.5 * (shift*shift + math.Expm1(ratio) - ratio)
}

// LogDensity is ln N(z; mu, exp logvar) in nats, all (d). Nil mu or logvar
// mean zeros. The log-weight of an importance sample z ~ q is
// ln p(x|z) + LogDensity(z, prior) − LogDensity(z, q) [burda, equation 8].
func LogDensity[F Float](z, mu, logvar []F) float64 {
	var sum float64
	for d := range z {
		t, l := float64(z[d]), 0.0
		if mu != nil {
			t -= float64(mu[d])
		}
		if logvar != nil {
			l = float64(logvar[d])
		}
		sum += t*t*math.Exp(-l) + l + log2Pi
	}
	return -0.5 * sum
}

const log2Pi = 1.83787706640934548356065947281123527 // ln 2π

// Whiten writes m = (μ−μp)/σp and s = σ/σp of one row to m and s, all (d).
// Nil priors mean N(0,I). Every metric that asks what the latent says beyond
// the context reads (m, s).
func Whiten[F Float](m, s, mu, logvar, priorMu, priorLogvar []F) {
	for d := range m {
		shift, ratio, scale := float64(mu[d]), float64(logvar[d]), 1.0
		if priorMu != nil {
			shift -= float64(priorMu[d])
		}
		if priorLogvar != nil {
			ratio -= float64(priorLogvar[d])
			scale = math.Exp(-0.5 * float64(priorLogvar[d]))
		}
		m[d] = F(shift * scale)
		s[d] = F(math.Exp(0.5 * ratio))
	}
}
