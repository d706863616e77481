package plot

import (
	"fmt"
	"strings"
)

// A Chart is series over two axes. Its zero value is an empty frame.
type Chart struct {
	Title       string // what is drawn, for those who cannot see it
	Description string // what it shows
	X, Y        Axis
	Series      []Series
	Heading     string // drawn on top; may be empty
	Narrow      bool   // a panel beside others instead of a chart of its own
	Isometric   bool   // a unit is equally long on both axes
	Sums        bool   // grey lines join places of equal x + y, at round numbers
	Upright     Upright
}

// An Upright is a line across a chart at one x. Without a label there is none.
type Upright struct {
	X     float64
	Label string
}

// A Series is what one colour shows. Points that are not finite are left out.
type Series struct {
	Name   string // empty: not in the legend
	Colour int    // of the palette, round and round; Grey
	Mark   Mark
	Points []Point
}

// Grey is the colour of what stands in the background.
const Grey = -1

// A Mark is how a series is drawn.
type Mark int

// The marks.
const (
	Line    Mark = iota // joined points
	Trail               // joined points, each with its symbol
	Scatter             // symbols that nothing joins
	Cloud               // many small dots
	Bars                // from zero, one wide
)

// A Point is one place of a series.
type Point struct {
	X, Y  float64
	Note  string // shown when the pointer rests on a symbol
	Heavy bool   // a larger symbol
}

// SVG is the drawing as a file of its own, which brings its colours along.
func (c Chart) SVG() []byte { return []byte(c.draw(true) + "\n") }

// Inline is the drawing for a page that has Style in a style sheet.
func (c Chart) Inline() string { return c.draw(false) }

// The measures of a drawing, in units of its viewBox.
const (
	wide, narrow = 440.0, 300.0 // widths
	ratio        = 0.62         // height of the frame for its width
	textSize     = 12.0
	lineHeight   = 17.0
	margin       = 12.0 // around a file of its own
)

func (c Chart) draw(standalone bool) string {
	l, edge := c.layout(), 0.0
	if standalone {
		edge = margin
	}
	view := fmt.Sprintf("%s %s %s %s", short(-edge), short(-edge), short(l.width+2*edge), short(l.height+2*edge))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="%s" role="img">`, view)
	fmt.Fprintf(&b, "<title>%s</title><desc>%s</desc>", escape(c.Title), escape(c.Description))
	if standalone {
		fmt.Fprintf(&b, "<style>%s</style>", Style())
		fmt.Fprintf(&b, `<rect class="paper" x="%s" y="%[1]s" width="100%%" height="100%%"/>`, short(-edge))
	}
	l.drawAxes(&b)
	if c.Sums {
		l.drawSums(&b)
	}
	l.drawUpright(&b)
	for _, s := range c.Series {
		l.drawSeries(&b, s)
	}
	l.drawNames(&b)
	b.WriteString("</svg>")
	return b.String()
}
