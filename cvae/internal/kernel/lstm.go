package kernel

// LSTMForward is one row of a step of a long short-term memory,
// H = len(nextH). a (4H) is the sum of all pre-activations, gates in the order
// i, f, g, o.
//
//	nextC = σ(f)·prevC + σ(i)·tanh(g)
//	nextH = σ(o)·tanh(nextC)
//
// saved (5H) receives σ(i), σ(f), tanh(g), σ(o), tanh(nextC) for
// [LSTMBackward]. nextC may be prevC.
func LSTMForward[T Float](p Path, a, prevC, nextC, nextH, saved []T) {
	h := len(nextH)
	a, prevC, nextC, saved = a[:4*h], prevC[:h], nextC[:h], saved[:5*h]
	if vector[T](p) {
		lstmForwardAVX2(ptr(a), ptr(prevC), ptr(nextC), ptr(nextH), ptr(saved), h)
		return
	}
	for j := range h {
		i, f := sigmoidOf(a[j]), sigmoidOf(a[h+j])
		g, o := tanhOf(a[2*h+j]), sigmoidOf(a[3*h+j])
		c := T(f*prevC[j]) + T(i*g)
		tc := tanhOf(c)
		saved[j], saved[h+j], saved[2*h+j], saved[3*h+j], saved[4*h+j] = i, f, g, o, tc
		nextC[j], nextH[j] = c, o*tc
	}
}

// LSTMBackward is the reverse of [LSTMForward] for one row, H = len(dh). dh (H)
// is the loss gradient of nextH; dc (H) is that of nextC from later steps on
// entry and the gradient of prevC on return. It writes the gradients of the
// pre-activations, da (4H).
//
//	d  = dc + dh·o·(1-tanh(nextC)²)
//	da = d·g·i·(1-i), d·prevC·f·(1-f), d·i·(1-g²), dh·tanh(nextC)·o·(1-o)
//	dc = d·f
func LSTMBackward[T Float](p Path, saved, prevC, dh, dc, da []T) {
	h := len(dh)
	saved, prevC, dc, da = saved[:5*h], prevC[:h], dc[:h], da[:4*h]
	if vector[T](p) {
		lstmBackwardAVX2(ptr(saved), ptr(prevC), ptr(dh), ptr(dc), ptr(da), h)
		return
	}
	for j, dhj := range dh {
		i, f, g, o, tc := saved[j], saved[h+j], saved[2*h+j], saved[3*h+j], saved[4*h+j]
		d := dc[j] + T(dhj*o*(1-T(tc*tc)))
		da[j] = d * g * i * (1 - i)
		da[h+j] = d * prevC[j] * f * (1 - f)
		da[2*h+j] = d * i * (1 - T(g*g))
		da[3*h+j] = dhj * tc * o * (1 - o)
		dc[j] = d * f
	}
}
