// Package draw makes the pieces that the terminal views are built of: safe
// text, boxes, bars, curves, heat strips and clouds of points. A piece is a list
// of lines of exactly the width asked for, in terminal cells, whatever numbers
// and text it shows, so that views can be put together without measuring.
package draw

import (
	"math"
)

// Block is lines, cut or filled to height lines of width cells.
func Block(lines []string, width, height int) []string {
	out := make([]string, max(0, height))
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(line, width)
	}
	return out
}

// isFinite reports whether v has a place on an axis.
func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// An axis maps numbers to 0 to 1. Halves are subtracted, because the distance
// of two finite numbers may be infinite.
type axis struct{ low, high float64 }

// axisOf spans the finite ones of values; ok is false when there are none.
func axisOf(values []float64) (a axis, ok bool) {
	a = axis{math.Inf(1), math.Inf(-1)}
	for _, v := range values {
		if isFinite(v) {
			a.low, a.high, ok = min(a.low, v), max(a.high, v), true
		}
	}
	return a, ok
}

// at is the place of v, the middle on an axis without length.
func (a axis) at(v float64) float64 {
	length := a.high/2 - a.low/2
	if length == 0 {
		return 0.5
	}
	return (v/2 - a.low/2) / length
}

// resample averages values into n buckets of equal length, or repeats them
// where there are fewer than n. What is not finite takes no part; a bucket of
// nothing else is NaN.
func resample(values []float64, n int) []float64 {
	out := make([]float64, max(0, n))
	for i := range out {
		from := i * len(values) / n
		to := max((i+1)*len(values)/n, min(from+1, len(values)))
		out[i] = mean(values[from:to])
	}
	return out
}

// mean is the mean of the finite ones of values. It adds parts, because a sum
// of finite numbers may be infinite.
func mean(values []float64) float64 {
	m, n := math.NaN(), 0.0
	for _, v := range values {
		switch {
		case !isFinite(v):
			continue
		case n == 0:
			m = v
		default:
			m = m*(n/(n+1)) + v/(n+1)
		}
		n++
	}
	return m
}
