package tensorboard

import (
	"math"
	"slices"
	"sort"
)

// buckets is how many buckets of equal width a histogram has, as many as
// TensorBoard itself makes.
const buckets = 30

// histogramOf is a HistogramProto of the finite numbers of a list; nil when
// there are none.
func histogramOf(list []float64) message {
	finite := slices.DeleteFunc(slices.Clone(list), func(x float64) bool { return math.IsNaN(x - x) })
	if len(finite) == 0 {
		return nil
	}
	low, high := slices.Min(finite), slices.Max(finite)
	limits := limitsOf(low, high)
	counts := make([]float64, len(limits))
	sum, squares := 0.0, 0.0
	for _, x := range finite {
		counts[min(sort.SearchFloat64s(limits, x), len(counts)-1)]++
		sum += x
		squares += x * x
	}
	if low == high { // a bucket without a width would not be seen
		low, high = low-0.5, high+0.5
	}
	var h message
	h.double(1, low)                  // HistogramProto.min
	h.double(2, high)                 // HistogramProto.max
	h.double(3, float64(len(finite))) // HistogramProto.num
	h.double(4, sum)                  // HistogramProto.sum
	h.double(5, squares)              // HistogramProto.sum_squares
	h.doubles(6, limits)              // HistogramProto.bucket_limit, upper ones
	h.doubles(7, counts)              // HistogramProto.bucket
	return h
}

// limitsOf are the upper limits of the buckets from low to high; one of one
// bucket when these are equal.
func limitsOf(low, high float64) []float64 {
	if low == high {
		return []float64{high + 0.5}
	}
	limits := make([]float64, buckets)
	for i := range limits {
		limits[i] = low + (high-low)*float64(i+1)/buckets
	}
	return limits
}
