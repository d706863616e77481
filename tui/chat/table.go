package chat

import (
	"fmt"
	"math"
	"strings"

	"github.com/cvae-go/cvae/tui/draw"
)

// tableWidth is the width of a row of the table.
const tableWidth = 36

// dimensionTable lists dimensions with their KL, the prior of this context and
// z of the selected candidate, or of the walk.
func (l *latent) dimensionTable(order []int, width, height int) []string {
	if height < 2 {
		return nil
	}
	lines := []string{l.theme.Dim.Render(draw.Fit(" dim    KL prior mean±sd     z", width))}
	rows := min(height-1, len(order))
	from := max(0, min(l.dimensionAt()-rows/2, len(order)-rows))
	z := l.z()
	mean, std := l.prior()
	for i := from; i < from+rows; i++ {
		lines = append(lines, l.dimensionRow(i, order[i], z, mean, std, width))
	}
	return lines
}

func (l *latent) dimensionRow(i, d int, z, mean, std []float32, width int) string {
	kl := math.NaN()
	if l.talk.measured != nil {
		kl = l.talk.measured.KLPerDim[d]
	}
	text := fmt.Sprintf("%4d %s %s±%s %s", d+1, number(kl, 5), number(at(mean, d), 6), draw.Fit(number(at(std, d), 4), 5), number(at(z, d), 6))
	walked := l.isAlong() && i == l.walk.at
	if l.isAlong() && d < len(l.walk.offset) && l.walk.offset[d] != 0 {
		text += fmt.Sprintf(" %+.1fσ", float64(l.walk.offset[d])/2)
	}
	switch {
	case walked && l.focused:
		return l.theme.Selected.Render(draw.Fit("▸"+text[1:], width))
	case walked:
		return l.theme.Title.Render(draw.Fit("▸"+text[1:], width))
	}
	return l.theme.Text.Render(draw.Fit(text, width))
}

// at is element d, or NaN where there is none.
func at(values []float32, d int) float64 {
	if d >= len(values) {
		return math.NaN()
	}
	return float64(values[d])
}

// number writes v with two digits, right in width cells; a number that there is
// not is a dot.
func number(v float64, width int) string {
	if math.IsNaN(v) {
		return fmt.Sprintf("%*s", width, "·")
	}
	return fmt.Sprintf("%*.2f", width, v)
}

// mapLines is the plane of the aggregate posterior with the candidates on it.
func (l *latent) mapLines(width, height int) []string {
	if height < 2 {
		return nil
	}
	pm := l.talk.measured.Map
	title := fmt.Sprintf("map: %.0f + %.0f %% of variance", 100*pm.Explained[0], 100*pm.Explained[1])
	if full := title + "; + prior"; cells(full) <= width {
		title = full
	} else if cells(title) > width {
		title = strings.TrimPrefix(title, "map: ")
	}
	lines := []string{l.theme.Dim.Render(draw.Fit(title, width))}
	const leastMap = 3
	if axes := l.axisLines(width); height-1-len(axes) >= leastMap {
		lines = append(lines, axes...)
	}
	return append(lines, draw.Scatter(pm.Points, l.marks(), width, height-len(lines), *l.theme)...)
}

// marks are the prior mean, the candidates and the walk, the selected candidate
// over the others.
func (l *latent) marks() []draw.Mark {
	var marks []draw.Mark
	put := func(z []float32, text string, focus bool) {
		if len(z) != l.talk.measured.Dim {
			return
		}
		place := l.talk.measured.Map.Project(z)
		style := l.theme.Title
		if focus {
			style = l.theme.Selected
		}
		marks = append(marks, draw.Mark{X: place[0], Y: place[1], Text: text, Style: style})
	}
	mean, _ := l.prior()
	put(mean, "+", false)
	all, selected := l.talk.candidates(), l.talk.selected
	for i, c := range all {
		if i != selected {
			put(c.Z.Vector(), fmt.Sprint(i+1), false)
		}
	}
	if selected < len(all) {
		put(all[selected].Z.Vector(), fmt.Sprint(selected+1), true)
	}
	if l.walk != nil {
		put(l.z(), "w", true)
	}
	return marks
}
