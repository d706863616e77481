package main

import (
	"fmt"
	"html"
	"image/color"
	"io"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The size of a cell and the margin, in pixels, and the colours of a terminal
// that sets none. A font of 13.3 pixels fills such a cell.
const (
	cellWidth, cellHeight = 8, 16
	margin                = 12
	foreground            = "#d8dee9"
	background            = "#1b1f27"
)

// screenOf lays a capture out in cells.
func screenOf(capture string) uv.ScreenBuffer {
	text := uv.NewStyledString(strings.TrimRight(capture, "\n"))
	screen := uv.NewScreenBuffer(max(1, text.UnicodeWidth()), max(1, text.Height()))
	text.Draw(screen, screen.Bounds())
	return screen
}

// draw writes the SVG of a screen.
func draw(w io.Writer, s uv.ScreenBuffer) {
	columns, rows := s.Width(), s.Height()
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13.3">`+"\n",
		columns*cellWidth+2*margin, rows*cellHeight+2*margin)
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", background)
	for y := range rows {
		for x := 0; x < columns; {
			r := runAt(s, x, y)
			r.draw(w, x, y)
			x += r.width
		}
	}
	fmt.Fprintln(w, "</svg>")
}

// A run is neighbouring cells of one style, either blank or a word, so that
// every word starts in its own cell whatever font draws it.
type run struct {
	text  string
	width int // cells
	style uv.Style
}

func runAt(s uv.ScreenBuffer, x, y int) run {
	r := run{}
	for first := true; x < s.Width(); first = false {
		c := s.CellAt(x, y)
		switch {
		case c == nil || c.Width == 0: // the rest of a wide character
			x, r.width = x+1, r.width+1
			continue
		case first:
			r.style = c.Style
		case !c.Style.Equal(&r.style), (c.Content == " ") != strings.HasSuffix(r.text, " "):
			return r
		}
		r.text += c.Content
		x, r.width = x+c.Width, r.width+c.Width
	}
	return r
}

// draw writes the background and the text of a run.
func (r run) draw(w io.Writer, x, y int) {
	fill, ground := hex(r.style.Fg, foreground), hex(r.style.Bg, "")
	if r.style.Attrs&uv.AttrReverse != 0 {
		fill, ground = hex(r.style.Bg, background), hex(r.style.Fg, foreground)
	}
	left, top := margin+x*cellWidth, margin+y*cellHeight
	if ground != "" {
		fmt.Fprintf(w, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, r.width*cellWidth, cellHeight, ground)
	}
	if strings.TrimSpace(r.text) == "" { // blank
		return
	}
	extra := ""
	if r.style.Attrs&uv.AttrBold != 0 {
		extra += ` font-weight="bold"`
	}
	if r.style.Attrs&uv.AttrFaint != 0 {
		extra += ` opacity="0.6"`
	}
	fmt.Fprintf(w, `<text x="%d" y="%d" fill="%s" textLength="%d" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
		left, top+cellHeight-4, fill, r.width*cellWidth, extra, html.EscapeString(r.text))
}

// hex is a colour in SVG, or what stands for none.
func hex(c color.Color, none string) string {
	if c == nil {
		return none
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
