package chat

import (
	"fmt"

	"github.com/cvae-go/cvae/tui/draw"
)

// mapLines is the plane of the aggregate posterior with the candidates on it.
func (m *model) mapLines(width, height int) []string {
	if height < 2 {
		return nil
	}
	pm := m.latent.Map
	title := fmt.Sprintf("map: %.0f + %.0f %% of variance; + prior", 100*pm.Explained[0], 100*pm.Explained[1])
	lines := []string{m.theme.Dim.Render(draw.Fit(title, width))}
	return append(lines, draw.Scatter(pm.Points, m.marks(), width, height-1, m.theme)...)
}

// marks are the prior mean, the candidates and the walk, the selected candidate
// over the others.
func (m *model) marks() []draw.Mark {
	var marks []draw.Mark
	put := func(z []float32, text string, focus bool) {
		if len(z) != m.latent.Dim {
			return
		}
		place := m.latent.Map.Project(z)
		style := m.theme.Title
		if focus {
			style = m.theme.Selected
		}
		marks = append(marks, draw.Mark{X: place[0], Y: place[1], Text: text, Style: style})
	}
	put(m.prior().mean, "+", false)
	take, _ := m.take()
	for i, c := range take.Candidates {
		if i != m.selected {
			put(c.Z.Vector(), fmt.Sprint(i+1), false)
		}
	}
	if m.selected < len(take.Candidates) {
		put(take.Candidates[m.selected].Z.Vector(), fmt.Sprint(m.selected+1), true)
	}
	if m.walk != nil {
		put(m.place(), "w", true)
	}
	return marks
}
