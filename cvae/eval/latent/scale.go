package latent

import "math"

// ScaleBounds are three values that have been called the NLL of a Scale-VAE,
// in nats per response [song].
type ScaleBounds struct {
	// E1 = rec(q̂) + KL(q‖N(0,I)) is the training objective. It bounds no
	// model's NLL and can fall below the entropy of the data.
	E1 float64
	// E2 = rec + KL(q̂‖N(0,diag f²)) bounds the NLL of the generator that
	// decodes f⊙z, z ~ N(0,I), the one that replies.
	E2 float64
	// E3 = rec + KL(q̂‖N(0,I)) bounds the NLL of the generator that decodes z
	// itself.
	E3 float64
}

// NewScaleBounds returns the bounds of one example from its reconstruction
// loss rec under q̂ = N(f⊙m, s²) and the whitened posterior q = N(m, s²) before
// scaling; m, s and the factors f are (d).
//
//	E2 = E1 + Σ_d ( ln f_d + ½ s_d² (1/f_d² − 1) )
//	E3 = E1 + ½ Σ_d (f_d² − 1) m_d²
func NewScaleBounds[F Float](rec float64, m, s, f []F) ScaleBounds {
	var rate, two, three float64
	for d := range m {
		m2, s2, f2 := square(m[d]), square(s[d]), square(f[d])
		rate += 0.5 * (m2 + s2 - math.Log(s2) - 1)
		two += 0.5 * (math.Log(f2) + s2*(1/f2-1))
		three += 0.5 * (f2 - 1) * m2
	}
	e1 := rec + rate
	return ScaleBounds{E1: e1, E2: e1 + two, E3: e1 + three}
}

func square[F Float](x F) float64 { return float64(x) * float64(x) }
