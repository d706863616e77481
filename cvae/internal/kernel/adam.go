package kernel

import (
	"math"
	"unsafe"
)

// Adam is one fused pass of Adam (Kingma and Ba, Adam: a method for stochastic
// optimization, ICLR 2015, algorithm 1) over parameters w with gradients g and
// moments m and v, all of one length; g is unchanged. g is first multiplied by
// scale, for clipping by global norm. c1 = 1-beta1ᵗ and c2 = 1-beta2ᵗ correct
// the bias of step t.
//
//	gs := scale*g[i]
//	m[i] = beta1*m[i] + (1-beta1)*gs
//	v[i] = beta2*v[i] + (1-beta2)*gs*gs
//	w[i] -= lr/c1 * m[i] / (sqrt(v[i])/sqrt(c2) + eps)
//
// No product is fused: every path gives the same bits.
func Adam[T Float](p Path, w, g, m, v []T, lr, beta1, beta2, eps, c1, c2, scale float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	k := adamConstants[T]{
		beta1: T(beta1), rest1: T(1 - beta1), beta2: T(beta2), rest2: T(1 - beta2),
		scale: T(scale), step: T(lr / c1), norm: T(1 / math.Sqrt(c2)), eps: T(eps),
	}
	if vector[T](p) {
		adamAsm(p, ptr(w), ptr(g), ptr(m), ptr(v), len(w), (*float32)(unsafe.Pointer(&k)))
		return
	}
	for i, gi := range g {
		gs := T(k.scale * gi)
		m[i] = T(k.beta1*m[i]) + T(k.rest1*gs)
		v[i] = T(k.beta2*v[i]) + T(k.rest2*T(gs*gs))
		root := T(math.Sqrt(float64(v[i])))
		w[i] -= T(k.step*m[i]) / (T(root*k.norm) + k.eps)
	}
}

// adamConstants are the constants of one step; the assembly reads them in this
// order.
type adamConstants[T Float] struct {
	beta1, rest1, beta2, rest2, scale, step, norm, eps T
}
