package draw

import (
	"math"
	"strings"
)

// shades are the steps of heat, told apart without colour.
const shades = " ░▒▓█"

// Strip draws one line for each row of numbers, such as the KL of one dimension
// over time: newest right, averaged or repeated to width cells, the darker the
// higher, full at top. What is not a number is a dot.
func Strip(rows [][]float64, top float64, width int, t Theme) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		line := heat(resample(row, width), top)
		if t.Colour && line != "" {
			line = t.Accent.Render(line)
		}
		lines[i] = line
	}
	return lines
}

// heat is one line of shades.
func heat(values []float64, top float64) string {
	steps := []rune(shades)
	var b strings.Builder
	for _, v := range values {
		if math.IsNaN(v) {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(steps[level(v, top, len(steps)-1)])
	}
	return b.String()
}
