package draw

import (
	"math"
	"strconv"
	"strings"

	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"
)

// A braille character shows dots in dotsX columns and dotsY rows.
const (
	dotsX = 2
	dotsY = 4
)

// leastPlot is the narrowest plot that is worth labels beside it, in cells.
const leastPlot = 4

// Curve draws values, oldest left, as a line of braille dots over the whole
// width, with the highest and the lowest value on the left where there is room.
// More values than dots are averaged; what is not finite is a gap.
func Curve(values []float64, width, height int) []string {
	return CurveAbove(math.Inf(1), values, width, height)
}

// CurveAbove is Curve on an axis that begins at floor, or below it where a
// value is lower.
func CurveAbove(floor float64, values []float64, width, height int) []string {
	a, ok := axisOf(values)
	a.low = min(a.low, floor)
	if width < 1 || height < 1 || !ok {
		return Block(nil, width, height)
	}
	labels := make([]string, height) // left of each line
	labels[height-1], labels[0] = Number(a.low), Number(a.high)
	margin := max(cells(labels[0]), cells(labels[height-1])) + 1
	if width-margin < leastPlot {
		return plot(values, a, width, height)
	}
	lines := plot(values, a, width-margin, height)
	for i := range lines {
		lines[i] = strings.Repeat(" ", margin-1-cells(labels[i])) + labels[i] + " " + lines[i]
	}
	return lines
}

// Number writes v in few characters, with three significant digits.
func Number(v float64) string {
	if a := math.Abs(v); a >= 1000 && a < 100000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// plot draws values on a without labels.
func plot(values []float64, a axis, width, height int) []string {
	columns, rows := width*dotsX, height*dotsY
	grid := runes.NewPatternDotsGrid(columns, rows)
	values = stretch(values, columns)
	last := -1 // row of the column before; -1: a gap
	for x, v := range values {
		if math.IsNaN(v) {
			last = -1
			continue
		}
		y := dot(1-a.at(v), rows)
		from := y
		if last >= 0 {
			from = last
		}
		for dot := min(from, y); dot <= max(from, y); dot++ {
			grid.Set(x, dot)
		}
		last = y
	}
	return text(grid)
}

// dot is the dot of n at a place between 0 and 1.
func dot(place float64, n int) int { return max(0, min(n-1, int(math.Round(place*float64(n-1))))) }

// text is a grid of dots as lines. Braille without dots becomes a space, which
// some fonts draw otherwise.
func text(grid *runes.PatternDotsGrid) []string {
	var lines []string
	for _, row := range grid.BraillePatterns() {
		lines = append(lines, strings.ReplaceAll(string(row), string(rune(runes.BrailleBlockOffset)), " "))
	}
	return lines
}

// stretch is values in n columns, averaged where there are more and joined by
// straight lines where there are fewer.
func stretch(values []float64, n int) []float64 {
	if len(values) >= n || len(values) < 2 {
		return resample(values, n)
	}
	out := make([]float64, n)
	for i := range out {
		place := float64(i) * float64(len(values)-1) / float64(n-1)
		before := min(int(place), len(values)-2)
		out[i] = between(values[before], values[before+1], place-float64(before))
	}
	return out
}

// between is the point of the way from a to b; beside a gap, the end that is
// nearer.
func between(a, b, part float64) float64 {
	switch {
	case isFinite(a) && isFinite(b):
		return a*(1-part) + b*part
	case part < 0.5 && isFinite(a):
		return a
	case part >= 0.5 && isFinite(b):
		return b
	}
	return math.NaN()
}
