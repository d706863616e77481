package chat

import (
	"fmt"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// cardWidth is the narrowest card of a candidate that stands beside others.
const cardWidth = 35

// cards are a grid of candidates; nil where it needs more than height lines.
func (p *candidates) cards(all []shown, width, height int) []string {
	columns := max(1, min((width+2)/(cardWidth+2), len(all)))
	each := (width - 2*(columns-1)) / columns
	if 2*len(all) > height*columns { // a card has two lines at least
		return nil
	}
	var lines []string
	for from := 0; from < len(all); from += columns {
		var row [][]string
		for i := from; i < min(from+columns, len(all)); i++ {
			row = append(row, p.card(i, all[i], each))
		}
		lines = append(lines, beside(row, each)...)
	}
	if len(lines) > height {
		return nil
	}
	return lines
}

// beside joins blocks of lines side by side, two cells apart. A block is as
// many cells wide as widths says; the last width holds for all that follow.
func beside(blocks [][]string, widths ...int) []string {
	height := 0
	for _, b := range blocks {
		height = max(height, len(b))
	}
	out := make([]string, height)
	for i, b := range blocks {
		for j, line := range draw.Block(b, widths[min(i, len(widths)-1)], height) {
			if i > 0 {
				line = "  " + line
			}
			out[j] += line
		}
	}
	return out
}

// tallestText is the most lines that the text of a card has.
const tallestText = 3

func (p *candidates) card(i int, c shown, width int) []string {
	number, style := p.candidateStyle(i, c)
	out := p.excerpt(number, c.text, style, width)
	return append(out, "    "+p.theme.Dim.Render(draw.Fit(c.stats, width-4)))
}

// excerpt is a text in at most tallestText lines, with a number in four cells before it.
func (p *pane) excerpt(number, text string, style lipgloss.Style, width int) []string {
	lines := draw.Wrap(draw.Safe(text), width-4)
	if len(lines) > tallestText {
		lines = append(lines[:tallestText-1], lines[tallestText-1]+" …")
	}
	for i, line := range lines {
		lines[i] = number + style.Render(draw.Fit(line, width-4))
		number = "    "
	}
	return lines
}

// rows are candidates in a line each, the selected one among them; that one has
// more where its text is longer and there is room for it.
func (p *candidates) rows(all []shown, width, height int) []string {
	var lines []string
	spare := max(0, min(height-len(all), tallestText-1))
	from := max(0, min(p.talk.selected, len(all)-1)-height+1)
	for i := from; i < len(all) && len(lines) < height; i++ {
		c := all[i]
		number, style := p.candidateStyle(i, c)
		room := width - 5 - cells(c.terse)
		text := draw.Safe(c.text)
		wrapped := draw.Wrap(text, room)
		if i != p.talk.selected || len(wrapped) == 0 || len(wrapped) > 1+spare {
			wrapped = []string{text}
		}
		lines = append(lines, number+style.Render(draw.Fit(wrapped[0], room))+" "+p.theme.Dim.Render(c.terse))
		for _, line := range wrapped[1:] {
			lines = append(lines, "    "+style.Render(line))
		}
	}
	return lines
}

// candidateStyle is the number of a candidate in four cells, and the style of
// its text: the selected one has a mark, the chosen one another, the one that differs
// most a star, and one that another has said before is dim.
func (p *candidates) candidateStyle(i int, c shown) (number string, style lipgloss.Style) {
	mark := " "
	style = p.theme.Text
	if c.twin >= 0 {
		style = p.theme.Dim
	}
	if e, ok := p.talk.conversation.Current(); ok && p.talk.preview == nil && p.sampler.running == nil && e.Chosen == i {
		mark = "✓"
	}
	label, star := fmt.Sprintf("%s%2d", mark, i+1), " "
	if i > 98 {
		label = fmt.Sprintf("%3d", (i+1)%1000)
	}
	if c.star {
		star = p.theme.Accent.Render("★")
	}
	if i != p.talk.selected {
		return p.theme.Accent.Render(label) + star, style
	}
	if mark == " " && i <= 98 {
		label = "▸" + label[1:]
	}
	if p.focused {
		return p.theme.Selected.Render(label) + star, style.Bold(true)
	}
	return p.theme.Title.Render(label) + star, style
}
