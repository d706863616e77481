package draw

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"
	"github.com/charmbracelet/x/ansi"
)

// A Mark is a text that stands at a point of a Scatter.
type Mark struct {
	X, Y  float64
	Text  string
	Style lipgloss.Style
}

// Scatter draws points as a cloud of braille dots, y upwards, and the marks over
// it, later ones over earlier. The axes span what is shown, which never leaves
// width cells and height lines: a mark near the right edge begins further left.
// Points and marks that are not finite are left out.
func Scatter(points [][2]float64, marks []Mark, width, height int, t Theme) []string {
	if width < 1 || height < 1 {
		return Block(nil, width, height)
	}
	x, y := bounds(points, marks)
	grid := runes.NewPatternDotsGrid(width*dotsX, height*dotsY)
	for _, p := range points {
		if isFinite(p[0]) && isFinite(p[1]) {
			grid.Set(dot(x.at(p[0]), width*dotsX), dot(1-y.at(p[1]), height*dotsY))
		}
	}
	rows := make([]cellRow, height)
	for i, line := range text(grid) {
		rows[i] = newCellRow(line, t.Dim)
	}
	for _, m := range marks {
		if isFinite(m.X) && isFinite(m.Y) {
			rows[dot(1-y.at(m.Y), height)].put(dot(x.at(m.X), width), m)
		}
	}
	lines := make([]string, height)
	for i, row := range rows {
		lines[i] = row.render()
	}
	return lines
}

// bounds are the axes that hold all points and marks.
func bounds(points [][2]float64, marks []Mark) (x, y axis) {
	var xs, ys []float64
	add := func(a, b float64) {
		if isFinite(a) && isFinite(b) {
			xs, ys = append(xs, a), append(ys, b)
		}
	}
	for _, p := range points {
		add(p[0], p[1])
	}
	for _, m := range marks {
		add(m.X, m.Y)
	}
	x, _ = axisOf(xs) // without any point nothing is placed
	y, _ = axisOf(ys)
	return x, y
}

// A cellRow is a line by cells. The second cell of a wide character is "".
type cellRow struct {
	text  []string
	style []lipgloss.Style
}

func newCellRow(line string, s lipgloss.Style) cellRow {
	var r cellRow
	for _, c := range line {
		r.text, r.style = append(r.text, string(c)), append(r.style, s)
	}
	return r
}

// put writes a mark, moved left and cut so that it ends inside the row.
func (r cellRow) put(at int, m Mark) {
	label := Safe(m.Text)
	label = ansi.Truncate(label, len(r.text), "…")
	at = max(0, min(at, len(r.text)-cells(label)))
	for label != "" && at < len(r.text) {
		cluster, width := ansi.FirstGraphemeCluster(label, ansi.GraphemeWidth)
		label = label[len(cluster):]
		r.set(at, cluster, width, m.Style)
		at += width
	}
}

// set writes one character. A wide one that it covers by half leaves a space.
func (r cellRow) set(at int, cluster string, width int, s lipgloss.Style) {
	if width < 1 || at+width > len(r.text) {
		return
	}
	if r.text[at] == "" {
		r.text[at-1] = " "
	}
	if end := at + width; end < len(r.text) && r.text[end] == "" {
		r.text[end] = " "
	}
	r.text[at], r.style[at] = cluster, s
	for i := at + 1; i < at+width; i++ {
		r.text[i], r.style[i] = "", s
	}
}

// render is the row as a line. Where characters of neighbouring marks join into
// one and change its width, dots stand for them.
func (r cellRow) render() string {
	line := r.join()
	if cells(line) == len(r.text) {
		return line
	}
	for i, c := range r.text {
		if !isSeparate(c) {
			r.text[i] = "·"
		}
	}
	return r.join()
}

// isSeparate reports whether c is ASCII or braille, which join nothing.
func isSeparate(c string) bool {
	first, size := utf8.DecodeRuneInString(c)
	return size > 0 && size == len(c) && (first < utf8.RuneSelf || runes.IsBraillePattern(first))
}

// join joins neighbours of one style, so that a line has few escapes.
func (r cellRow) join() string {
	var b strings.Builder
	for from := 0; from < len(r.text); {
		to := from + 1
		for to < len(r.text) && sameStyle(r.style[to], r.style[from]) {
			to++
		}
		b.WriteString(r.style[from].Render(strings.Join(r.text[from:to], "")))
		from = to
	}
	return b.String()
}

func sameStyle(a, b lipgloss.Style) bool { return a.Render("x") == b.Render("x") }
