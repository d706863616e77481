package chat

import (
	"fmt"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/tokenize"
	"github.com/cvae-go/cvae/tui/draw"
)

// cardWidth is the narrowest card of a candidate that stands beside others.
const cardWidth = 35

// A shown candidate is a response, or as much of it as is decoded.
type shown struct {
	text  string
	stats string // its numbers in a line; empty while it is decoded
	terse string // the same for a line that the text shares
	twin  int    // the first candidate with the same text; −1: it is the first
}

// shown are the candidates as they stand.
func (m *model) shown() []shown {
	var out []shown
	if m.running != nil && m.running.words() > 0 {
		for _, tokens := range m.running.partial {
			out = append(out, shown{text: tokenize.Detokenise(tokens) + " …", twin: -1})
		}
		return out
	}
	take, _ := m.take()
	twins := twins(take.Candidates)
	for i, r := range take.Candidates {
		out = append(out, shown{text: r.Text, stats: stats(r, twins[i]), terse: terse(r, twins[i]), twin: twins[i]})
	}
	return out
}

// twins is, for each candidate, the first one with the same tokens; −1 where
// that is itself.
func twins(candidates []dialog.Response) []int {
	first, out := map[string]int{}, make([]int, len(candidates))
	for i, r := range candidates {
		k := key(r.Tokens)
		if j, ok := first[k]; ok {
			out[i] = j
			continue
		}
		first[k], out[i] = i, -1
	}
	return out
}

// perToken is the log-probability by token, </s> included.
func perToken(r dialog.Response) float64 { return r.LogProb / float64(len(r.Tokens)+1) }

func stats(r dialog.Response, twin int) string {
	text := fmt.Sprintf("ln p %.1f %.2f/tok", r.LogProb, perToken(r))
	if r.Z != nil {
		text += fmt.Sprintf(" z %.1fσ", r.PriorDistance)
	}
	if twin >= 0 {
		text += fmt.Sprintf(" =%d", twin+1)
	}
	return text
}

func terse(r dialog.Response, twin int) string {
	text := fmt.Sprintf("%6.1f %5.2f", r.LogProb, perToken(r))
	if r.Z != nil {
		text += fmt.Sprintf(" %4.1f", r.PriorDistance)
	}
	if twin >= 0 {
		return text + fmt.Sprintf(" =%d", twin+1)
	}
	return text + "   "
}

// candidatesTitle tells what the set was drawn with and how diverse it is.
func (m *model) candidatesTitle(width int) string {
	take, ok := m.take()
	if !ok {
		return "Candidates"
	}
	title := "Candidates"
	if m.preview != nil {
		title += " · preview"
	} else if e, _ := m.conversation.Current(); len(e.Takes) > 1 {
		title += fmt.Sprintf(" · take %d of %d", e.Take+1, len(e.Takes))
	}
	score := fmt.Sprintf(" · %d of %d distinct · Dist-2 %.2f", distinct(take.Candidates), len(take.Candidates), dist2(take.Candidates))
	long := title + fmt.Sprintf(" · seed %d", take.Settings.Seed) + score
	if cells(long) <= width-4 {
		return long
	}
	return title + score
}

func distinct(candidates []dialog.Response) (n int) {
	for _, twin := range twins(candidates) {
		if twin < 0 {
			n++
		}
	}
	return n
}

// dist2 is Dist-2 of the set.
func dist2(candidates []dialog.Response) float64 {
	tokens := make([][]string, len(candidates))
	for i, r := range candidates {
		tokens[i] = r.Tokens
	}
	return metric.Dist(2, tokens)
}

// candidateLines are the candidates in at most height lines, with the selected
// one among them: as cards, side by side where there is room, or else a line
// each. Below them is the text of the walk.
func (m *model) candidateLines(width, height int) []string {
	all, walked := m.shown(), m.walkLines(width)
	if len(all) == 0 {
		return []string{m.theme.Dim.Render(draw.Fit("none yet", width))}
	}
	room := max(1, height-len(walked))
	rows := m.cards(all, width)
	if lines(rows) > room {
		rows = m.rows(all, width, room)
	}
	return append(window(rows, m.selected, len(all), room), walked...)
}

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
func (m *model) cards(all []shown, width int) [][]string {
	columns := max(1, min((width+2)/(cardWidth+2), len(all)))
	each := (width - 2*(columns-1)) / columns
	var rows [][]string
	for from := 0; from < len(all); from += columns {
		var row [][]string
		for i := from; i < min(from+columns, len(all)); i++ {
			row = append(row, m.card(i, all[i], each))
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
func (m *model) card(i int, c shown, width int) []string {
	number, style := m.candidateStyle(i, c)
	wrapped := draw.Wrap(draw.Safe(c.text), width-4)
	if len(wrapped) > tallestText {
		wrapped = append(wrapped[:tallestText-1], wrapped[tallestText-1]+" …")
	}
	var out []string
	for j, line := range wrapped {
		head := "    "
		if j == 0 {
			head = number + " "
		}
		out = append(out, head+style.Render(draw.Fit(line, width-4)))
	}
	return append(out, "    "+m.theme.Dim.Render(draw.Fit(c.stats, width-4)))
}

// rows are the candidates in a line each; the selected one has more where its
// text is longer and there is room for it.
func (m *model) rows(all []shown, width, height int) [][]string {
	var rows [][]string
	spare := max(0, min(height-len(all), tallestText-1))
	for i, c := range all {
		number, style := m.candidateStyle(i, c)
		room := width - 5 - cells(c.terse)
		text := draw.Safe(c.text)
		wrapped := draw.Wrap(text, room)
		if i != m.selected || len(wrapped) > 1+spare {
			wrapped = []string{text}
		}
		row := []string{number + " " + style.Render(draw.Fit(wrapped[0], room)) + " " + m.theme.Dim.Render(c.terse)}
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
func (m *model) candidateStyle(i int, c shown) (number string, style lipgloss.Style) {
	mark := " "
	style = m.theme.Text
	if c.twin >= 0 {
		style = m.theme.Dim
	}
	if e, ok := m.conversation.Current(); ok && m.preview == nil && m.running == nil && e.Chosen == i {
		mark = "✓"
	}
	label := fmt.Sprintf("%s%2d", mark, i+1)
	if i > 98 {
		label = fmt.Sprintf("%3d", (i+1)%1000)
	}
	if i != m.selected {
		return m.theme.Accent.Render(label), style
	}
	if mark == " " && i <= 98 {
		label = "▸" + label[1:]
	}
	if m.focus == onCandidates {
		return m.theme.Selected.Render(label), style.Bold(true)
	}
	return m.theme.Title.Render(label), style
}

// walkLines are the text that the walk has come to.
func (m *model) walkLines(width int) []string {
	if m.walk == nil || m.walk.found == nil {
		return nil
	}
	found := *m.walk.found
	text := draw.Wrap(draw.Safe(found.Text), width-4)
	if len(text) > tallestText {
		text = append(text[:tallestText-1], text[tallestText-1]+" …")
	}
	var out []string
	for i, line := range text {
		head := "    "
		if i == 0 {
			head = m.theme.Accent.Render("  w") + " "
		}
		out = append(out, head+m.theme.Accent.Render(draw.Fit(line, width-4)))
	}
	return append(out, "    "+m.theme.Dim.Render(draw.Fit(stats(found, -1)+" · enter adds it", width-4)))
}
