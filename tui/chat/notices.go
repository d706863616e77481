package chat

import (
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// Notices are what the program has to say since something was sent. They stand at the input, where whoever wrote looks, and
// take lines from the candidates: the conversation keeps its own.
type notices struct{ texts []string }

func (n *notices) add(text string) { n.texts = append(n.texts, text) }

func (n *notices) clear() { n.texts = nil }

// mostNotice is how many lines notices have at most, on a small and on a roomy screen.
func mostNotice(roomy bool) int {
	if roomy {
		return 5
	}
	return 3
}

// lines are the newest notices in at most so many lines, the last of which says that it was cut.
func (n *notices) lines(width, most int, style lipgloss.Style) (lines []string) {
	for i := len(n.texts) - 1; i >= 0 && len(lines) < most; i-- {
		one := draw.Wrap(draw.Safe(n.texts[i]), max(1, width-2))
		if room := most - len(lines); len(one) > room {
			if len(lines) > 0 {
				break
			}
			one = append(one[:room-1], draw.Fit(one[room-1], max(1, width-4))+" …")
		}
		lines = append(one, lines...)
	}
	for i, line := range lines {
		lines[i] = " " + style.Render(line)
	}
	return lines
}
