package kernel

// GRUForward is one row of a step of a gated recurrent unit in PyTorch's form,
// H = len(next). x (3H) and u (3H) are the pre-activations from the input and
// from the state, both with their biases, gates in the order r, z, n.
//
//	r = σ(x_r + u_r)
//	z = σ(x_z + u_z)
//	n = tanh(x_n + r·u_n)
//	next = (1-z)·n + z·prev
//
// saved (4H) receives r, z, n, u_n for [GRUBackward]. next may be prev.
func GRUForward[T Float](p Path, x, u, prev, next, saved []T) {
	h := len(next)
	x, u, prev, saved = x[:3*h], u[:3*h], prev[:h], saved[:4*h]
	if vector[T](p) {
		gruForwardAsm(p, ptr(x), ptr(u), ptr(prev), ptr(next), ptr(saved), h)
		return
	}
	for i := range h {
		r := sigmoidOf(x[i] + u[i])
		z := sigmoidOf(x[h+i] + u[h+i])
		un := u[2*h+i]
		n := tanhOf(x[2*h+i] + T(r*un))
		saved[i], saved[h+i], saved[2*h+i], saved[3*h+i] = r, z, n, un
		next[i] = T((1-z)*n) + T(z*prev[i])
	}
}

// GRUBackward is the reverse of [GRUForward] for one row, H = len(dnext). dnext
// (H) is the loss gradient of next. It writes the gradients of the
// pre-activations, dx (3H) and du (3H), and dprev = dnext·z: the path through
// the gates, du·W, is the caller's. dprev may be dnext.
//
//	dn = dnext·(1-z)·(1-n²)
//	dz = dnext·(prev-n)·z·(1-z)
//	dr = dn·u_n·r·(1-r)
//	dx = dr, dz, dn
//	du = dr, dz, dn·r
func GRUBackward[T Float](p Path, saved, prev, dnext, dx, du, dprev []T) {
	h := len(dnext)
	saved, prev, dx, du, dprev = saved[:4*h], prev[:h], dx[:3*h], du[:3*h], dprev[:h]
	if vector[T](p) {
		gruBackwardAsm(p, ptr(saved), ptr(prev), ptr(dnext), ptr(dx), ptr(du), ptr(dprev), h)
		return
	}
	for i, d := range dnext {
		r, z, n, un := saved[i], saved[h+i], saved[2*h+i], saved[3*h+i]
		dn := d * (1 - z) * (1 - T(n*n))
		dz := d * (prev[i] - n) * z * (1 - z)
		dr := dn * un * r * (1 - r)
		dprev[i] = d * z
		dx[i], dx[h+i], dx[2*h+i] = dr, dz, dn
		du[i], du[h+i], du[2*h+i] = dr, dz, dn*r
	}
}

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
		lstmForwardAsm(p, ptr(a), ptr(prevC), ptr(nextC), ptr(nextH), ptr(saved), h)
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
		lstmBackwardAsm(p, ptr(saved), ptr(prevC), ptr(dh), ptr(dc), ptr(da), h)
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
