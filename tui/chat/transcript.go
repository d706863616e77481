package chat

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// transcriptView is the part of the transcript that is on the screen.
func (m *model) transcriptView(l layout) []string {
	height := l.transcript - l.edge
	lines := m.transcriptLines(l.main - l.frame)
	end := max(min(len(lines), height), len(lines)-m.scroll)
	return lines[max(0, end-height):end]
}

// transcriptLines are the turns from the first to the current one, and after
// them what the program has to say.
func (m *model) transcriptLines(width int) []string {
	var lines []string
	path := m.conversation.Path()
	for i, e := range path {
		lines = append(lines, m.exchangeLines(e, i == len(path)-1, width)...)
	}
	if len(path) == 0 {
		lines = append(lines, m.welcome(width)...)
	}
	for _, n := range m.notes {
		lines = append(lines, spoken("", n, m.theme.Warn, m.theme.Warn, width)...)
	}
	return lines
}

func (m *model) exchangeLines(e conversation.Exchange, current bool, width int) []string {
	user := spoken("you", e.User, m.theme.Dim, m.theme.Text, width)
	if strings.TrimSpace(e.User) == "" {
		user = spoken("you", "(samples)", m.theme.Dim, m.theme.Dim, width)
	}
	text, style := m.answerOf(e, current)
	return append(user, spoken("cvae", text, m.theme.Accent, style, width)...)
}

// answerOf is the chosen candidate, or what there is in its place.
func (m *model) answerOf(e conversation.Exchange, current bool) (string, lipgloss.Style) {
	candidates := e.Candidates()
	switch {
	case e.Chosen >= 0 && e.Chosen < len(candidates) && !(current && m.preview != nil):
		return candidates[e.Chosen].Text, m.theme.Text.Bold(true)
	case current && m.running != nil:
		return "…", m.theme.Dim
	case current && m.count() > 0:
		return "choose one of the candidates, or write on to take the selected one", m.theme.Dim
	}
	return "(no answer)", m.theme.Dim
}

// spoken is a text, wrapped, with who says it in a column on its left.
func spoken(who, text string, name, style lipgloss.Style, width int) []string {
	const column = 5
	var lines []string
	for _, paragraph := range strings.Split(safeLines(text), "\n") {
		for _, line := range draw.Wrap(paragraph, width-column) {
			lines = append(lines, name.Render(draw.Fit(who, column))+style.Render(line))
			who = ""
		}
	}
	return lines
}

// welcome says what to do first.
func (m *model) welcome(width int) []string {
	how := "Say something and press enter."
	if m.about.Sentences {
		how = "This model reads no context: press enter to draw sentences from it."
	}
	what := fmt.Sprintf(" You get %d candidates, each decoded from another place in latent space.", m.settings.N)
	if m.about.Latent == nil {
		what = fmt.Sprintf(" You get %d candidates. This model has no latent: they differ by the words that are drawn.", m.settings.N)
	}
	var lines []string
	for _, paragraph := range []string{how + what, "Choose one by its number; ^r draws others, tab goes on to the sliders and the latent space, /help tells the rest."} {
		for _, line := range draw.Wrap(paragraph, width) {
			lines = append(lines, m.theme.Dim.Render(line))
		}
		lines = append(lines, "")
	}
	return lines
}

// branchTitle says which branch is shown where there are several.
func (m *model) branchTitle() string {
	index, count := m.conversation.Branch()
	if count < 2 {
		return ""
	}
	return fmt.Sprintf(" · branch %d of %d", index+1, count)
}
