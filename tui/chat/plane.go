package chat

import (
	"fmt"

	"github.com/cvae-go/cvae/tui/draw"
)

// mapLines is the plane of the aggregate posterior with the candidates on it.
func (l *latent) mapLines(width, height int) []string {
	if height < 2 {
		return nil
	}
	pm := l.talk.measured.Map
	title := fmt.Sprintf("map: %.0f + %.0f %% of variance; + prior", 100*pm.Explained[0], 100*pm.Explained[1])
	lines := []string{l.theme.Dim.Render(draw.Fit(title, width))}
	return append(lines, draw.Scatter(pm.Points, l.marks(), width, height-1, *l.theme)...)
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
