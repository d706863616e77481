package plot

import (
	"fmt"
	"strings"
)

// drawSeries draws the marks of a series.
func (l *layout) drawSeries(b *strings.Builder, s Series) {
	var shown []Point
	for _, p := range s.Points {
		if l.shows(p) {
			shown = append(shown, l.place(p))
		}
	}
	if shown == nil {
		return
	}
	fmt.Fprintf(b, `<g class="%s">`, Class(s.Colour))
	switch s.Mark {
	case Line:
		drawLine(b, "line", s.Colour, shown)
		if len(shown) == 1 {
			drawSymbol(b, s.Colour, shown[0])
		}
	case Trail, Scatter:
		if s.Mark == Trail {
			drawLine(b, "thin", s.Colour, shown)
		}
		for _, p := range shown {
			drawSymbol(b, s.Colour, p)
		}
	case Cloud:
		drawCloud(b, shown)
	case Bars:
		l.drawBars(b, shown)
	}
	b.WriteString("</g>")
}

func drawLine(b *strings.Builder, class string, colour int, points []Point) {
	if len(points) < 2 {
		return
	}
	fmt.Fprintf(b, `<path class="%s"%s d="`, class, dash(colour))
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		b.WriteString(command + short(p.X) + " " + short(p.Y))
	}
	b.WriteString(`"/>`)
}

// dash tells the second round through the palette from the first.
func dash(colour int) string {
	if colour/len(Palette())%2 == 0 {
		return ""
	}
	return ` stroke-dasharray="6 4"`
}

// drawCloud draws dots as one path of strokes without length, which keeps
// files small.
func drawCloud(b *strings.Builder, points []Point) {
	b.WriteString(`<path class="cloud" d="`)
	for _, p := range points {
		b.WriteString("M" + short(p.X) + " " + short(p.Y) + "h0")
	}
	b.WriteString(`"/>`)
}

// drawBars draws bars that stay inside the frame, on any axis.
func (l *layout) drawBars(b *strings.Builder, points []Point) {
	width := (l.right - l.left) / (l.x.hi - l.x.lo)
	half := (width - min(2, width*0.2)) / 2
	base := short(l.y.at(max(l.y.lo, min(l.y.hi, 0))))
	b.WriteString(`<path class="bar" d="`)
	for _, p := range points {
		left, right := max(l.left, p.X-half), min(l.right, p.X+half)
		fmt.Fprintf(b, "M%s %sV%sH%sV%sz", short(left), base, short(p.Y), short(right), base)
	}
	b.WriteString(`"/>`)
}

// drawSymbol draws the symbol of a colour: the second round through the
// palette has other shapes for the same colours.
func drawSymbol(b *strings.Builder, colour int, at Point) {
	size := 3.2
	if at.Heavy {
		size = 5.2
	}
	note := ""
	if at.Note != "" {
		note = "<title>" + escape(at.Note) + "</title>"
	}
	fmt.Fprintf(b, `<path class="full" d="M%s %s%s">%s</path>`, short(at.X), short(at.Y), outline(max(colour, 0), size), note)
}

// outline is a shape of about one area around the pen.
func outline(colour int, r float64) string {
	switch colour % 5 {
	case 1: // square
		r *= 0.9
		return fmt.Sprintf("m%[1]s %[1]sh%[2]sv%[2]sh%[3]sz", short(-r), short(2*r), short(-2*r))
	case 2: // upright triangle
		return fmt.Sprintf("m0 %sl%s %sh%sz", short(-1.2*r), short(1.2*r), short(2.1*r), short(-2.4*r))
	case 3: // diamond
		r *= 1.25
		return fmt.Sprintf("m0 %[1]sl%[2]s %[2]sl%[1]s %[2]sl%[1]s %[1]sz", short(-r), short(r))
	case 4: // triangle on its tip
		return fmt.Sprintf("m0 %sl%s %sh%sz", short(1.2*r), short(-1.2*r), short(-2.1*r), short(2.4*r))
	}
	return fmt.Sprintf("m%[1]s 0a%[2]s %[2]s 0 1 0 %[3]s 0a%[2]s %[2]s 0 1 0 %[4]s 0z", short(-r), short(r), short(2*r), short(-2*r))
}

// Symbol is the symbol of a colour as a drawing of its own, to stand before a
// series' name in a text.
func Symbol(colour int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="key %s" viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">`, Class(colour))
	drawSymbol(&b, colour, Point{Heavy: true})
	b.WriteString("</svg>")
	return b.String()
}
