package watch

import (
	"fmt"
	"math"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// heatAndReplies stand one over the other; the heat takes the lines it fills,
// up to three of five.
func (m model) heatAndReplies(width, height int) []string {
	rows := max(1, height*3/5-2)
	n := max(1, len(parts(m.last)))
	high := quotient(n, quotient(n, rows)) + 2
	return append(m.heat(width, high), m.replies(width, height-high)...)
}

// quotient is a/b, rounded up.
func quotient(a, b int) int { return (a + b - 1) / b }

// heat is the KL of each dimension over time, or of each word where it has a z.
// Where there are more of them than lines, neighbours share one and show their mean.
func (m model) heat(width, height int) []string {
	n, part := len(parts(m.last)), "dimension"
	if m.last.KLPerStep != nil {
		part = "word"
	}
	if n == 0 {
		return m.box([]string{m.theme.Dim.Render("waiting for the first numbers")}, width, height, "KL per dimension")
	}
	each := quotient(n, max(1, height-2))
	var rows [][]float64
	var labels []string
	top := 0.0
	for from := 0; from < n; from += each {
		to := min(n, from+each)
		row := m.history.kl(from, to)
		rows, labels = append(rows, row), append(labels, rangeLabel(from, to))
		top = highest(top, row)
	}
	what := "KL per " + part + " over time"
	if each > 1 {
		what = fmt.Sprintf("KL of %d %ss a line over time", each, part)
	}
	full := ", █ " + draw.Number(top) + " nats"
	return m.box(m.strip(rows, labels, top, width-4), width, height, what+full, "KL per "+part+full, "KL per "+part)
}

// strip is heat with labels on the left.
func (m model) strip(rows [][]float64, labels []string, top float64, width int) []string {
	margin := 0
	for _, l := range labels {
		margin = max(margin, lipgloss.Width(l)+1)
	}
	lines := draw.Strip(rows, top, width-margin, m.theme)
	for i := range lines {
		lines[i] = m.theme.Dim.Render(draw.Fit(labels[i], margin)) + lines[i]
	}
	return lines
}

func rangeLabel(from, to int) string {
	if to == from+1 {
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d–%d", from+1, to)
}

// highest is the highest finite one of values and so far.
func highest(so float64, values []float64) float64 {
	for _, v := range values {
		if v > so && !math.IsInf(v, 1) {
			so = v
		}
	}
	return so
}

// replies is the newest samples, a few responses to every context.
func (m model) replies(width, height int) []string {
	if len(m.samples.Samples) == 0 {
		return m.box([]string{m.theme.Dim.Render("none yet")}, width, height, "sample replies")
	}
	rows := height - 2
	each := max(2, rows/len(m.samples.Samples))
	var lines []string
	for _, s := range m.samples.Samples {
		sample := m.sample(s)
		lines = append(lines, sample[:min(each, len(sample))]...)
	}
	at := fmt.Sprintf(" at step %s", grouped(m.samples.Step))
	return m.box(lines, width, height, "sample replies of the model"+at, "replies"+at)
}

// sample is the last turn of a context and the responses to it.
func (m model) sample(s dialog.Sample) (lines []string) {
	if n := len(s.Context); n > 0 {
		lines = append(lines, m.theme.Dim.Render("> "+draw.Safe(s.Context[n-1])))
	}
	for _, r := range s.Responses {
		lines = append(lines, "  "+draw.Safe(dialog.Readable(r)))
	}
	return lines
}
