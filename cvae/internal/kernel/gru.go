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
		gruForwardAVX2(ptr(x), ptr(u), ptr(prev), ptr(next), ptr(saved), h)
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
		gruBackwardAVX2(ptr(saved), ptr(prev), ptr(dnext), ptr(dx), ptr(du), ptr(dprev), h)
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
