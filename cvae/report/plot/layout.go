package plot

import (
	"math"
	"slices"
)

// A layout is where the parts of a chart go.
type layout struct {
	Chart
	width, height            float64
	left, top, right, bottom float64 // edges of the frame
	x, y                     scale
	names                    []name  // at their series
	legend                   []entry // below the frame
}

func (c Chart) layout() *layout {
	l := &layout{Chart: c, width: wide}
	if c.Narrow {
		l.width = narrow
	}
	l.top = 26 + l.gap()
	if c.Heading != "" {
		l.top += lineHeight + 3
	}
	l.bottom = l.top + math.Round(l.width*ratio)
	if c.Isometric {
		l.bottom = l.top + math.Round(l.width*0.8)
	}
	l.placeAxes()
	l.height = l.bottom + 2*lineHeight + 6
	l.placeNames()
	return l
}

// gap is room above the frame for the labels of lines.
func (l *layout) gap() float64 {
	if l.Sums || l.hasUpright() {
		return 16
	}
	return 0
}

// placeAxes sets the ranges of the axes and the left and right edges.
func (l *layout) placeAxes() {
	xs, ys := l.coordinates()
	l.y.lo, l.y.hi = l.Y.domain(ys)
	l.x.lo, l.x.hi = l.X.domain(xs)
	if l.hasBars() && len(xs) > 0 && !l.X.Log {
		l.x.lo, l.x.hi = barEdges(xs)
	}
	l.y.from, l.y.to, l.y.log = l.bottom, l.top, l.Y.Log
	l.y = l.y.withTicks(l.Y, 5)
	l.left, l.right = 8+l.tickWidth(), l.width-14-l.sideWidth()
	l.x.from, l.x.to, l.x.log = l.left, l.right, l.X.Log
	if l.Isometric {
		unit := min(l.x.unit(), l.y.unit())
		l.x, l.y = l.x.widen(unit), l.y.widen(unit).withTicks(l.Y, 5)
	}
	l.x = l.x.withTicks(l.X, int((l.right-l.left)/48))
}

// barEdges are half a bar beyond the first and the last one.
func barEdges(xs []float64) (lo, hi float64) {
	lo, hi = slices.Min(xs), slices.Max(xs)
	half := max(0.5, math.Abs(lo)*1e-9, math.Abs(hi)*1e-9) // far out, 0.5 is less than the last digit
	return lo - half, hi + half
}

// shows reports whether a point has a place on both axes.
func (l *layout) shows(p Point) bool { return l.X.holds(p.X) && l.Y.holds(p.Y) }

// coordinates are those of all points that have a place.
func (l *layout) coordinates() (xs, ys []float64) {
	for _, s := range l.Series {
		for _, p := range s.Points {
			if l.shows(p) {
				xs, ys = append(xs, p.X), append(ys, p.Y)
			}
		}
	}
	if l.hasUpright() {
		xs = append(xs, l.Upright.X)
	}
	return xs, ys
}

func (l *layout) hasUpright() bool { return l.Upright.Label != "" && l.X.holds(l.Upright.X) }

func (l *layout) hasBars() bool {
	return len(l.Series) > 0 && l.Series[0].Mark == Bars
}

func (l *layout) tickWidth() (width float64) {
	for _, v := range l.y.ticks {
		width = max(width, textWidth(tickText(v)))
	}
	return width
}

// sideWidth is that of the column right of the frame: names of lines, or the
// numbers of sums.
func (l *layout) sideWidth() float64 {
	switch {
	case l.hasSideNames():
		widest := 0.0
		for _, s := range l.named() {
			widest = max(widest, textWidth(nameText(s)))
		}
		return widest + 14
	case l.Sums:
		return 30
	}
	return 0
}
