package kernel

// Rectify computes x[i] = max(x[i], 0), a negative zero giving zero; NaN passes.
func Rectify[T Float](p Path, x []T) {
	if vector[T](p) {
		rectifyAsm(p, ptr(x), len(x))
		return
	}
	for i, v := range x {
		if v <= 0 {
			x[i] = 0
		}
	}
}

// RectifyBackward clears the gradients d of what [Rectify] made 0, y.
func RectifyBackward[T Float](p Path, d, y []T) {
	y = y[:len(d)]
	if vector[T](p) {
		rectifyBackwardAsm(p, ptr(d), ptr(y), len(d))
		return
	}
	for i := range d {
		if y[i] == 0 {
			d[i] = 0
		}
	}
}
