package chat

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// A directionsMsg names the axes of the map in a context.
type directionsMsg struct {
	key  string
	axes []dialog.Direction
	err  error
}

// learn finds out what is not known of the current context yet: its prior, and the words along the axes of the map.
func (l *latent) learn() tea.Cmd { return tea.Batch(l.askPrior(), l.askDirections()) }

func (l *latent) askDirections() tea.Cmd {
	explainer, able := l.model.Responder.(dialog.Explainer)
	k := key(l.talk.context())
	if _, known := l.directions[k]; known || !able || l.talk.measured == nil || l.talk.measured.Map == nil || len(l.talk.candidates()) == 0 {
		return nil
	}
	l.directions[k] = nil // asked for
	q, ctx, guard, axes := dialog.Request{Context: l.talk.context(), Sampling: l.with.values}, l.ctx, l.model, l.talk.measured.Map.Axes
	return func() tea.Msg {
		out := directionsMsg{key: k}
		out.err = guard.guarded(ctx, func() (err error) {
			out.axes, err = explainer.Directions(ctx, q, axes[:])
			return err
		})
		return out
	}
}

// named keeps the names of axes. Without them the map shows none: no error is worth a line for that.
func (l *latent) named(msg directionsMsg) {
	if msg.err == nil && len(msg.axes) == 2 {
		l.directions[msg.key] = msg.axes
	}
}

// axisLines name the two directions of the map: the words at the left and at the right, below and above.
func (l *latent) axisLines(width int) (lines []string) {
	axes := l.directions[key(l.talk.context())]
	if len(axes) != 2 {
		return nil
	}
	for i, signs := range [][2]string{{"←", "→"}, {"↓", "↑"}} {
		if len(axes[i].Less)+len(axes[i].More) > 0 {
			lines = append(lines, l.theme.Dim.Render(draw.Fit(ends(signs, axes[i], width), width)))
		}
	}
	return lines
}

// ends names both ends of an axis, with as many words each as fit into width cells.
func ends(signs [2]string, axis dialog.Direction, width int) (text string) {
	for most := max(len(axis.Less), len(axis.More)); most > 0; most-- {
		less, more := axis.Less[:min(most, len(axis.Less))], axis.More[:min(most, len(axis.More))]
		if text = signs[0] + " " + draw.Safe(strings.Join(less, ", ")) + "   " + signs[1] + " " + draw.Safe(strings.Join(more, ", ")); cells(text) <= width {
			break
		}
	}
	return text
}
