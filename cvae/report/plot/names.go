package plot

import (
	"cmp"
	"slices"
)

const (
	fewSeries = 6     // that are named where they stand; more get a legend
	nameWidth = 110.0 // of the longest name that is not cut
	nameGap   = 14.0  // between names in a column
)

// A name is a series' name beside its marks.
type name struct {
	series Series
	anchor string // start, middle or end
	x, y   float64
	from   *Point // the end of a line, in drawing units, to be joined with it
}

// An entry is a series' name in the legend.
type entry struct {
	series Series
	x, y   float64
}

func nameText(s Series) string { return clip(Safe(s.Name), nameWidth) }

// named are the series that have a name and a point to be seen.
func (l *layout) named() (some []Series) {
	for _, s := range l.Series {
		if s.Name != "" && slices.ContainsFunc(s.Points, l.shows) {
			some = append(some, s)
		}
	}
	return some
}

// hasSideNames reports whether names stand right of the frame, where lines end.
func (l *layout) hasSideNames() bool {
	some := l.named()
	return !l.Narrow && len(some) <= fewSeries &&
		!slices.ContainsFunc(some, func(s Series) bool { return s.Mark != Line })
}

func (l *layout) placeNames() {
	some := l.named()
	switch {
	case len(some) == 0:
	case l.hasSideNames():
		l.placeSideNames(some)
	case len(some) > fewSeries || !l.placeBeside(some):
		l.placeLegend(some)
	}
}

// placeSideNames puts each name at the height of its line's end, moved down or
// up where two would touch.
func (l *layout) placeSideNames(some []Series) {
	for _, s := range some {
		end := l.place(s.last(l.shows))
		l.names = append(l.names, name{s, "start", l.right + 14, end.Y + 4, &end})
	}
	slices.SortStableFunc(l.names, func(a, b name) int { return cmp.Compare(a.y, b.y) })
	floor := l.top + 4
	for i := range l.names {
		l.names[i].y = max(l.names[i].y, floor)
		floor = l.names[i].y + nameGap
	}
	ceiling := l.bottom
	for i := len(l.names) - 1; i >= 0; i-- {
		l.names[i].y = min(l.names[i].y, ceiling)
		ceiling = l.names[i].y - nameGap
	}
}

// last is the last point of a series that has a place; there is one.
func (s Series) last(shows func(Point) bool) Point {
	last := s.Points[0]
	for _, p := range s.Points {
		if shows(p) {
			last = p
		}
	}
	return last
}

// place is a point in drawing units.
func (l *layout) place(p Point) Point {
	p.X, p.Y = l.x.at(p.X), l.y.at(p.Y)
	return p
}

// placeLegend puts the names in rows below the frame.
func (l *layout) placeLegend(some []Series) {
	x, y := l.left, l.height+12
	for _, s := range some {
		width := 18 + textWidth(nameText(s))
		if x > l.left && x+width > l.width {
			x, y = l.left, y+lineHeight
		}
		l.legend = append(l.legend, entry{s, x, y})
		x += width + 12
	}
	l.height = y + 10
}
