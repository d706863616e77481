package plot

import (
	"fmt"
	"strings"
)

func text(b *strings.Builder, class string, x, y float64, s string) {
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s">%s</text>`, class, short(x), short(y), escape(s))
}

func line(b *strings.Builder, class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, short(x1), short(y1), short(x2), short(y2))
}

// drawAxes draws a rule at every tick of y, a mark at every tick of x, and the
// labels: that of y lies on top, where it needs no turned head.
func (l *layout) drawAxes(b *strings.Builder) {
	if l.Heading != "" {
		text(b, "heading start", 2, 12, clip(Safe(l.Heading), l.width-20))
	}
	text(b, "faint start", 2, l.top-14-l.gap(), l.Y.Label)
	for _, v := range l.y.ticks {
		y := l.y.at(v)
		line(b, "rule", l.left, y, l.right, y)
		text(b, "faint end", l.left-6, y+4, tickText(v))
	}
	line(b, "axis", l.left, l.bottom, l.right, l.bottom)
	for _, v := range l.x.ticks {
		x := l.x.at(v)
		line(b, "axis", x, l.bottom, x, l.bottom+4)
		text(b, "faint middle", x, l.bottom+lineHeight, tickText(v))
	}
	text(b, "faint end", l.right, l.bottom+2*lineHeight, l.X.Label)
}

// drawSums draws the lines of equal x + y. Each bears its sum at the end that
// leaves the frame on top or on the right.
func (l *layout) drawSums(b *strings.Builder) {
	for _, sum := range Ticks(l.x.lo+l.y.lo, l.x.hi+l.y.hi, 10) {
		x1, x2 := max(l.x.lo, sum-l.y.hi), min(l.x.hi, sum-l.y.lo)
		line(b, "rule", l.x.at(x1), l.y.at(sum-x1), l.x.at(x2), l.y.at(sum-x2))
		switch {
		case x2 >= l.x.hi:
			text(b, "faint start", l.right+6, l.y.at(sum-x2)+4, tickText(sum))
		case x1 > l.x.lo && l.x.at(x1) > l.left+20:
			text(b, "faint middle", l.x.at(x1), l.top-5, tickText(sum))
		}
	}
}

// drawUpright draws the line that Upright asks for.
func (l *layout) drawUpright(b *strings.Builder) {
	if !l.hasUpright() {
		return
	}
	x := l.x.at(l.Upright.X)
	fmt.Fprintf(b, `<path class="thin faint" stroke-dasharray="2 4" d="M%s %sV%s"/>`, short(x), short(l.top), short(l.bottom))
	anchor := "middle"
	switch half := textWidth(l.Upright.Label) / 2; {
	case x+half > l.width:
		anchor = "end"
	case x-half < 0:
		anchor = "start"
	}
	text(b, "faint "+anchor, x, l.top-5, l.Upright.Label)
}

// drawNames draws names beside series or in the legend.
func (l *layout) drawNames(b *strings.Builder) {
	for _, n := range l.names {
		if n.from != nil {
			fmt.Fprintf(b, `<g class="%s">`, Class(n.series.Colour))
			line(b, "thin", n.from.X+1, n.from.Y, n.x-3, n.y-4)
			b.WriteString("</g>")
		}
		text(b, "name "+n.anchor, n.x, n.y, nameText(n.series))
	}
	for _, e := range l.legend {
		fmt.Fprintf(b, `<g class="%s">`, Class(e.series.Colour))
		l.drawKey(b, e)
		b.WriteString("</g>")
		text(b, "start", e.x+18, e.y+4, nameText(e.series))
	}
}

// drawKey draws the mark of a series in the legend.
func (l *layout) drawKey(b *strings.Builder, e entry) {
	switch at := (Point{X: e.x + 6, Y: e.y}); e.series.Mark {
	case Line:
		fmt.Fprintf(b, `<path class="line"%s d="M%s %sh13"/>`, dash(e.series.Colour), short(e.x), short(e.y))
	case Cloud:
		drawSymbol(b, 0, at)
	default:
		drawSymbol(b, e.series.Colour, at)
	}
}
