package draw

import (
	"math"
	"strings"
)

// bars are the heights of a bar in eighths of a cell.
const bars = " ▁▂▃▄▅▆▇█"

// Bars draws one cell for each value, a bar that is full at top or above. Any
// value above 0 is seen; 0 and below is a space, and NaN a dot.
func Bars(values []float64, top float64) string {
	heights := []rune(bars)
	var b strings.Builder
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			b.WriteRune('·')
		default:
			b.WriteRune(heights[level(v, top, len(heights)-1)])
		}
	}
	return b.String()
}

// level is how many of n steps v is high: 0 for what is not above 0, at least 1
// for the rest, n from top on.
func level(v, top float64, n int) int {
	switch {
	case !(v > 0):
		return 0
	case !(v < top): // as well where top is no number
		return n
	}
	return max(1, int(math.Round(v/top*float64(n))))
}
