package latent

import (
	"math"

	"github.com/cvae-go/cvae/dialog/rng"
)

// A VonMisesFisher is the distribution of unit vectors u in N ≥ 2 dimensions with
// density C·exp(κ m·u) about a unit vector m (Fisher 1953; Davidson et al. 2018).
// The concentration κ is above 0.
type VonMisesFisher struct {
	N     int
	Kappa float64
}

// MeanLength is A = I_{n/2}(κ)/I_{n/2−1}(κ): the mean of u is A·m. It is Gauss's
// continued fraction, of positive terms, from its far end.
func (v VonMisesFisher) MeanLength() float64 {
	ratio, last := 0.0, v.Kappa+float64(v.N)+100
	for k := int(last); k >= 0; k-- {
		ratio = 1 / (2*(float64(v.N)/2+float64(k))/v.Kappa + ratio)
	}
	return ratio
}

// logBessel is ln I_ν(κ) of order ν = n/2 − 1, by its series of positive terms.
func (v VonMisesFisher) logBessel() float64 {
	order, half := float64(v.N)/2-1, math.Log(v.Kappa/2)
	first, _ := math.Lgamma(order + 1)
	term := order*half - first
	terms := []float64{term}
	for k := 1.0; term > terms[0]-negligible || k < v.Kappa; k++ {
		term += 2*half - math.Log(k) - math.Log(order+k)
		terms = append(terms, term)
	}
	return logSumExp(terms)
}

// logNorm is ln C.
func (v VonMisesFisher) logNorm() float64 {
	half := float64(v.N) / 2
	return (half-1)*math.Log(v.Kappa) - half*log2Pi - v.logBessel()
}

// logArea is the logarithm of the area of the sphere of unit vectors.
func (v VonMisesFisher) logArea() float64 {
	half := float64(v.N) / 2
	gamma, _ := math.Lgamma(half)
	return math.Ln2 + half*math.Log(math.Pi) - gamma
}

// KL is the divergence from the uniform distribution on the sphere, in nats:
// κA + ln C + ln area, whatever m is.
func (v VonMisesFisher) KL() float64 { return v.Kappa*v.MeanLength() + v.logNorm() + v.logArea() }

// LogRatio is the log-density at u less that of the uniform distribution, for
// the cosine m·u.
func (v VonMisesFisher) LogRatio(cosine float64) float64 {
	return v.Kappa*cosine + v.logNorm() + v.logArea()
}

// Cosine draws m·u by rejection (Wood 1994).
func (v VonMisesFisher) Cosine(draw *rng.Stream) float64 {
	m := float64(v.N - 1)
	b := m / (2*v.Kappa + math.Sqrt(4*v.Kappa*v.Kappa+m*m)) // (√(4κ²+m²) − 2κ)/m
	x := (1 - b) / (1 + b)
	c := v.Kappa*x + m*math.Log(1-x*x)
	for {
		// Half of 1 + a coordinate of a uniform unit vector is Beta(m/2, m/2).
		first := draw.Normal()
		square := first * first
		for range v.N - 1 {
			e := draw.Normal()
			square += e * e
		}
		beta := (1 + first/math.Sqrt(square)) / 2
		w := (1 - (1+b)*beta) / (1 - (1-b)*beta)
		if v.Kappa*w+m*math.Log(1-x*w)-c >= math.Log(1-draw.Float64()) {
			return w
		}
	}
}

// Draw writes a draw about the unit vector m to u, both (N).
func (v VonMisesFisher) Draw(u, m []float64, draw *rng.Stream) {
	w, along, square := v.Cosine(draw), 0.0, 0.0
	for d := range u {
		u[d] = draw.Normal()
		along += u[d] * m[d]
	}
	for d := range u {
		u[d] -= along * m[d]
		square += u[d] * u[d]
	}
	for d := range u {
		u[d] = w*m[d] + math.Sqrt((1-w*w)/square)*u[d]
	}
}
