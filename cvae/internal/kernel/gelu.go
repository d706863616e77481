package kernel

// Constants of GELU; geluScale is √(2/π).
const (
	geluScale = 0.79788456080286535588
	geluCubic = 0.044715
)

// GELU computes y[i] = x[i]/2·(1 + tanh(√(2/π)·(x[i] + 0.044715·x[i]³))), the form
// with a tanh of Hendrycks and Gimpel 2016, equation after (2). y must not be x.
func GELU[T Float](p Path, y, x []T) {
	bend(p, y, x)
	for i, v := range x {
		y[i] = T(v/2) * (1 + y[i])
	}
}

// bend computes y[i] = tanh(√(2/π)·(x[i] + 0.044715·x[i]³)).
func bend[T Float](p Path, y, x []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = T(geluScale*v) * (1 + T(T(geluCubic*v)*v))
	}
	Tanh(p, y, y)
}

// GELUBackward multiplies d by the derivative of [GELU] at x. y (n) is scratch.
func GELUBackward[T Float](p Path, d, x, y []T) {
	bend(p, y, x)
	for i, v := range x {
		b, square := y[i], T(v*v)
		slope := T(geluScale*v) * (1 - T(b*b)) * (1 + T(3*geluCubic*square))
		d[i] *= (1 + b + slope) / 2
	}
}
