package watch

import (
	"fmt"
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// A panel draws itself in a box of any size.
type panel func(width, height int) []string

func (m model) panels(width, height int) []string {
	switch latent := m.clock.LatentDim > 0; {
	case width < wideWidth && latent:
		return stacked(width, height,
			beside(m.reconstruction, m.rate), beside(m.bound, m.heat), m.replies)
	case width < wideWidth:
		return stacked(width, height, beside(m.reconstruction, m.bound), m.replies)
	case latent:
		return beside(over(m.reconstruction, m.rate, m.bound), m.heatAndReplies)(width, height)
	}
	return beside(over(m.reconstruction, m.bound), m.replies)(width, height)
}

// stacked draws panels one over the other, each as high as the others but for
// the last, which has what is left.
func stacked(width, height int, panels ...panel) []string {
	var lines []string
	for i, p := range panels {
		lines = append(lines, p(width, (height-len(lines))/(len(panels)-i))...)
	}
	return lines
}

func over(panels ...panel) panel {
	return func(width, height int) []string { return stacked(width, height, panels...) }
}

func beside(left, right panel) panel {
	return func(width, height int) []string {
		lines := left(width/2, height)
		for i, line := range right(width-width/2, height) {
			lines[i] += line
		}
		return lines
	}
}

// box puts lines into a box with the first title that fits.
func (m model) box(lines []string, width, height int, titles ...string) []string {
	title := titles[len(titles)-1]
	for _, t := range titles {
		if lipgloss.Width(t) <= width-6 {
			title = t
			break
		}
	}
	return draw.Box(title, lines, width, height, m.theme)
}

func (m model) reconstruction(width, height int) []string {
	n := fixed(m.last.Rec)
	return m.box(m.curve(func(p point) float64 { return p.rec }, draw.Curve, width-4, height-2), width, height,
		"reconstruction −ln p(x|z,c): "+n+" nats per response", "reconstruction "+n+" nats/response", "rec "+n+" nats/response", "rec "+n)
}

// rate is the curve of the KL, on an axis from 0: a rate that hardly moves must
// not look as if it did.
func (m model) rate(width, height int) []string {
	fromZero := func(values []float64, width, height int) []string { return draw.CurveAbove(0, values, width, height) }
	n := fixed(m.last.KL)
	return m.box(m.curve(func(p point) float64 { return p.kl }, fromZero, width-4, height-2), width, height,
		"KL of posterior and prior: "+n+" nats per response", "KL "+n+" nats per response", "KL "+n+" nats/response", "KL "+n)
}

// curve is a curve over the steps of the run, which the last line names where
// there is room.
func (m model) curve(of func(point) float64, line func([]float64, int, int) []string, width, height int) []string {
	if len(m.history.points) == 0 {
		return []string{m.theme.Dim.Render("waiting for the first numbers")}
	}
	style := m.theme.Accent
	if height < 5 {
		return styled(style, line(m.history.series(of), width, height))
	}
	return append(styled(style, line(m.history.series(of), width, height-1)), m.steps(m.history.points[0].step, width))
}

// steps is an axis from a step to the newest.
func (m model) steps(from, width int) string {
	first, last := fmt.Sprintf("step %s", grouped(from)), grouped(m.clock.Step)
	return m.theme.Dim.Render(first + strings.Repeat(" ", max(1, width-lipgloss.Width(first+last))) + last)
}

// bound is the validation bounds as points over the steps, the best one marked.
func (m model) bound(width, height int) []string {
	all := m.history.validations
	if len(all) == 0 {
		return m.box([]string{m.theme.Dim.Render("comes with the first validation")}, width, height, "validation bound")
	}
	n := fixed(all[len(all)-1].bound)
	titles := []string{"validation bound " + n, "bound " + n}
	if best, ok := m.history.best(); ok {
		b := fixed(best.bound)
		titles = append([]string{"validation bound " + n + ", best " + b + ", nats per response", "validation bound " + n + ", best " + b, "bound " + n + ", best " + b}, titles...)
	}
	return m.box(m.boundPoints(width-4, height-2), width, height, titles...)
}

// boundPoints draws the bounds between step 0 and now, with the highest and
// the lowest on the left.
func (m model) boundPoints(width, height int) []string {
	low, high := math.Inf(1), math.Inf(-1)
	var marks []draw.Mark
	for _, v := range m.history.validations {
		mark := draw.Mark{X: float64(v.step), Y: v.bound, Text: "•", Style: m.theme.Accent}
		if v.best {
			mark.Text, mark.Style = "◆", m.theme.Good
		}
		marks = append(marks, mark)
		low, high = min(low, v.bound), max(high, v.bound)
	}
	for _, x := range []int{0, m.clock.Step} { // without text they only stretch the axis
		marks = append(marks, draw.Mark{X: float64(x), Y: low})
	}
	margin := max(lipgloss.Width(draw.Number(low)), lipgloss.Width(draw.Number(high))) + 1
	lines := draw.Scatter(nil, marks, width-margin, height, m.theme)
	for i := range lines {
		label := ""
		switch {
		case low == high && i == len(lines)/2, low < high && i == len(lines)-1:
			label = draw.Number(low)
		case low < high && i == 0:
			label = draw.Number(high)
		}
		lines[i] = m.theme.Dim.Render(draw.Fit(label, margin)) + lines[i]
	}
	return lines
}

func styled(s lipgloss.Style, lines []string) []string {
	for i, line := range lines {
		lines[i] = s.Render(line)
	}
	return lines
}
