package chat

import (
	"fmt"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/tui/draw"
)

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
		for _, text := range m.running.partial {
			out = append(out, shown{text: text + " …", twin: -1})
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
