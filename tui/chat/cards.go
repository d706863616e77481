package chat

import (
	"fmt"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// cardWidth is the narrowest card of a candidate that stands beside others.
const cardWidth = 35

// lines is the number of lines of all rows.
func lines(rows [][]string) (n int) {
	for _, r := range rows {
		n += len(r)
	}
	return n
}

// window is as many rows as fit into height lines, from the first or so far
// down that the one with the selected candidate is seen.
func window(rows [][]string, selected, count, height int) []string {
	at := min(selected, count-1) * len(rows) / max(1, count)
	from, used := at, len(rows[at])
	for from > 0 && used+len(rows[from-1]) <= height {
		from--
		used += len(rows[from])
	}
	var out []string
	for _, r := range rows[from:] {
		out = append(out, r...)
	}
	return out[:min(len(out), height)]
}

// cards are the rows of a grid of candidates.
func (p *candidates) cards(all []shown, width int) [][]string {
	columns := max(1, min((width+2)/(cardWidth+2), len(all)))
	each := (width - 2*(columns-1)) / columns
	var rows [][]string
	for from := 0; from < len(all); from += columns {
		var row [][]string
		for i := from; i < min(from+columns, len(all)); i++ {
			row = append(row, p.card(i, all[i], each))
		}
		rows = append(rows, beside(row, each))
	}
	return rows
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
		for j, line := range fitted(b, widths[min(i, len(widths)-1)], height) {
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

// card is one candidate with its numbers below the text.
func (p *candidates) card(i int, c shown, width int) []string {
	number, style := p.candidateStyle(i, c)
	out := p.excerpt(number, c.text, style, width)
	return append(out, "    "+p.theme.Dim.Render(draw.Fit(c.stats, width-4)))
}

// excerpt is a text in at most tallestText lines, with a number before it.
func (p *pane) excerpt(number, text string, style lipgloss.Style, width int) []string {
	lines := draw.Wrap(draw.Safe(text), width-4)
	if len(lines) > tallestText {
		lines = append(lines[:tallestText-1], lines[tallestText-1]+" …")
	}
	for i, line := range lines {
		lines[i] = number + " " + style.Render(draw.Fit(line, width-4))
		number = "   "
	}
	return lines
}

// rows are the candidates in a line each; the selected one has more where its
// text is longer and there is room for it.
func (p *candidates) rows(all []shown, width, height int) [][]string {
	var rows [][]string
	spare := max(0, min(height-len(all), tallestText-1))
	for i, c := range all {
		number, style := p.candidateStyle(i, c)
		room := width - 5 - cells(c.terse)
		text := draw.Safe(c.text)
		wrapped := draw.Wrap(text, room)
		if i != p.talk.selected || len(wrapped) == 0 || len(wrapped) > 1+spare {
			wrapped = []string{text}
		}
		row := []string{number + " " + style.Render(draw.Fit(wrapped[0], room)) + " " + p.theme.Dim.Render(c.terse)}
		for _, line := range wrapped[1:] {
			row = append(row, "    "+style.Render(line))
		}
		rows = append(rows, row)
	}
	return rows
}

// candidateStyle is the number of a candidate in three cells, and the style of
// its text: the selected one has a mark, the chosen one another, and one that
// another has said before is dim.
func (p *candidates) candidateStyle(i int, c shown) (number string, style lipgloss.Style) {
	mark := " "
	style = p.theme.Text
	if c.twin >= 0 {
		style = p.theme.Dim
	}
	if e, ok := p.talk.conversation.Current(); ok && p.talk.preview == nil && p.sampler.running == nil && e.Chosen == i {
		mark = "✓"
	}
	label := fmt.Sprintf("%s%2d", mark, i+1)
	if i > 98 {
		label = fmt.Sprintf("%3d", (i+1)%1000)
	}
	if i != p.talk.selected {
		return p.theme.Accent.Render(label), style
	}
	if mark == " " && i <= 98 {
		label = "▸" + label[1:]
	}
	if p.focused {
		return p.theme.Selected.Render(label), style.Bold(true)
	}
	return p.theme.Title.Render(label), style
}
