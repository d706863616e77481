package kernel

import "math"

// normEpsilon is added to the variance, as PyTorch's layer norm does.
const normEpsilon = 1e-5

// Normalise is the layer normalisation of a row before its gain and bias (Ba,
// Kiros and Hinton 2016): hat = (x − mean)·scale, where scale = 1/√(variance + 1e-5)
// is returned for [NormBackward]. Mean and variance are summed in float64,
// eight running sums each. hat may be x.
//
//	for i { hat[i] = (x[i]-mean)*scale }
func Normalise[T Float](_ Path, hat, x []T) (scale T) {
	hat = hat[:len(x)]
	var lanes [8]float64
	for i, v := range x {
		lanes[i%8] += float64(v)
	}
	mean := fold(lanes) / float64(len(x))
	lanes = [8]float64{}
	for i, v := range x {
		d := float64(v) - mean
		lanes[i%8] += float64(d * d)
	}
	scale = T(1 / math.Sqrt(fold(lanes)/float64(len(x))+normEpsilon))
	center := T(mean)
	for i, v := range x {
		hat[i] = T((v - center) * scale)
	}
	return scale
}

// NormBackward is the reverse of [Normalise] and [ScaleShift] for one row: d, the
// gradient of the result, becomes that of x, and hat that of the gain.
//
//	for i { g[i], hat[i] = d[i]*gain[i], d[i]*hat[i] }
//	for i { d[i] = scale*(g[i] - mean(g) - hat[i]*mean(g*hat)) }
func NormBackward[T Float](_ Path, d, hat, gain []T, scale T) {
	hat, gain = hat[:len(d)], gain[:len(d)]
	var sums, along [8]float64
	for i, v := range d {
		g := float64(T(v * gain[i]))
		sums[i%8] += g
		along[i%8] += float64(g * float64(hat[i]))
	}
	n := float64(len(d))
	mean, slope := T(fold(sums)/n), T(fold(along)/n)
	for i, v := range d {
		d[i] = scale * (T(v*gain[i]) - mean - T(hat[i]*slope))
		hat[i] *= v
	}
}

// ScaleShift computes y[i] = x[i]*gain[i] + bias[i]. y may be x.
func ScaleShift[T Float](_ Path, y, x, gain, bias []T) {
	y, gain, bias = y[:len(x)], gain[:len(x)], bias[:len(x)]
	for i, v := range x {
		y[i] = T(v*gain[i]) + bias[i]
	}
}
