package chat

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/tui/draw"
)

// The candidates of the take on the screen, or the texts that are decoded for
// the next one.
type candidates struct {
	pane
	talk    *talk
	sampler *sampler
}

func newCandidates(p pane, t *talk, s *sampler) *candidates {
	c := &candidates{p, t, s}
	c.keys = keymap{"on the candidates", append(digits("choose", c.choose), []binding{
		{keys: []string{"up", "left"}, name: "↑↓", help: "select", do: by(c.move, -1)},
		{keys: []string{"down", "right"}, do: by(c.move, 1)},
		{keys: []string{"home"}, do: func() tea.Msg { return c.move(-t.selected) }},
		{keys: []string{"end"}, do: func() tea.Msg { return c.move(t.count()) }},
		{keys: []string{"enter"}, name: "enter", help: "take it", do: func() tea.Msg { return c.choose(t.selected) }},
	}...)}
	return c
}

func (c *candidates) choose(i int) tea.Msg { return chooseMsg(i) }

func (c *candidates) move(n int) tea.Msg {
	c.talk.selectAt(c.talk.selected + n)
	return nil
}

// A shown candidate is a response, or as much of it as is decoded.
type shown struct {
	text  string
	stats string // its numbers in a line; empty while it is decoded
	terse string // the same for a line that the text shares
	twin  int    // the first candidate with the same text; −1: it is the first
	star  bool   // it differs most from the others
}

func (c *candidates) shown() []shown {
	var out []shown
	for _, text := range c.sampler.partial() {
		out = append(out, shown{text: text + " …", twin: -1})
	}
	if out != nil {
		return out
	}
	all := c.talk.candidates()
	twins, star := twins(all), star(all)
	for i, r := range all {
		out = append(out, shown{text: r.Shown(), star: i == star, stats: stats(r, twins[i]), terse: numbersOf(r, twins[i], "%6.1f %5.2f", " %4.1f", "   "), twin: twins[i]})
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

// stats are the numbers of a response in a line.
func stats(r dialog.Response, twin int) string {
	return numbersOf(r, twin, "ln p %.1f %.2f/tok", " z %.1fσ", "")
}

func numbersOf(r dialog.Response, twin int, words, distance, first string) string {
	text := fmt.Sprintf(words, r.LogProb, r.LogProb/float64(len(r.Tokens)+1)) // </s> included
	if r.Z != nil {
		text += fmt.Sprintf(distance, r.PriorDistance)
	}
	if twin >= 0 {
		return text + fmt.Sprintf(" =%d", twin+1)
	}
	return text + first
}

// marks are what the numbers and signs of a candidate mean, for /help.
func (c *candidates) marks() []row {
	marks := []row{
		{"ln p", "how likely the model finds this answer: its logarithm, nearer to 0 is likelier; the long ones have less"},
		{"/tok", "the same for each word"},
	}
	if c.talk.about.Latent != nil {
		marks = append(marks, row{"z 4.2σ", "how far the answer's place in latent space is from where this conversation leads"})
	}
	return append(marks, row{"★", "the candidate that differs most from the others"}, row{"=1", "says what candidate 1 says"},
		row{"… [cut]", "reached its greatest length before its end"})
}

// title tells what the set was drawn with and how diverse it is.
func (c *candidates) title() string {
	take, ok := c.talk.take()
	if !ok {
		return "Candidates"
	}
	title := "Candidates"
	if c.talk.preview != nil {
		title += " · preview"
	} else if e, _ := c.talk.conversation.Current(); len(e.Takes) > 1 {
		title += fmt.Sprintf(" · take %d of %d", e.Take+1, len(e.Takes))
	}
	score := fmt.Sprintf(" · %d of %d distinct · Dist-2 %.2f", distinct(take.Candidates), len(take.Candidates), dist2(take.Candidates))
	long := title + fmt.Sprintf(" · seed %d", take.Settings.Seed) + score
	if cells(long) <= c.width-4 {
		return long
	}
	return title + score
}

func distinct(candidates []dialog.Response) (n int) {
	for i, twin := range twins(candidates) {
		if twin < 0 && !candidates[i].IsBlank() {
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

// View implements part.
func (c *candidates) View() []string { return c.lines(c.width, c.height) }

// lines are the candidates in at most height lines, with the selected one among
// them: as cards, side by side where there is room, or else a line each.
func (c *candidates) lines(width, height int) []string {
	all := c.shown()
	if len(all) == 0 {
		return []string{c.theme.Dim.Render(draw.Fit("none yet", width))}
	}
	if cards := c.cards(all, width, height); cards != nil {
		return cards
	}
	return c.rows(all, width, height)
}
