package draw

import (
	"math"
	"strings"
)

// The steps of a bar, in eighths of a cell, and those of heat, which are told
// apart without colour.
const (
	bars   = " ▁▂▃▄▅▆▇█"
	shades = " ░▒▓█"
)

// Bars draws one cell for each value, a bar that is full at top or above. Any
// value above 0 is seen; 0 and below is a space, and NaN a dot.
func Bars(values []float64, top float64) string { return stepped(values, top, []rune(bars)) }

// Strip draws one line for each row of numbers, such as the KL of one dimension
// over time: newest right, averaged or repeated to width cells, the darker the
// higher, full at top. What is not a number is a dot.
func Strip(rows [][]float64, top float64, width int, t Theme) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = stepped(resample(row, width), top, []rune(shades))
		if t.Colour && lines[i] != "" {
			lines[i] = t.Accent.Render(lines[i])
		}
	}
	return lines
}

func stepped(values []float64, top float64, steps []rune) string {
	var b strings.Builder
	for _, v := range values {
		if math.IsNaN(v) {
			b.WriteRune('·')
		} else {
			b.WriteRune(steps[level(v, top, len(steps)-1)])
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
