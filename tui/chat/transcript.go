package chat

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// A transcript is the turns from the first to the current one.
type transcript struct {
	pane
	talk     *talk
	sampler  *sampler
	settings *settings
	scroll   int      // lines that it is scrolled back
	knows    string   // of the model, for the welcome; empty: not known
	examples []string // turns to begin with
}

func newTranscript(p pane, t *talk, s *sampler, of *settings) *transcript {
	tr := &transcript{pane: p, talk: t, sampler: s, settings: of}
	tr.keys = keymap{"everywhere", []binding{
		{keys: []string{"pgup"}, name: "pgup", help: "scroll", do: func() tea.Msg { return tr.scrollBy(tr.height) }},
		{keys: []string{"pgdown"}, do: func() tea.Msg { return tr.scrollBy(-tr.height) }},
	}}
	return tr
}

func (t *transcript) clear() { t.scroll = 0 }

// scrollBy moves towards the beginning.
func (t *transcript) scrollBy(lines int) tea.Msg {
	t.scroll = max(0, min(t.scroll+lines, len(t.lines())-t.height))
	return nil
}

// title says which branch is shown where there are several.
func (t *transcript) title() string {
	index, count := t.talk.conversation.Branch()
	if count < 2 {
		return "Conversation"
	}
	return fmt.Sprintf("Conversation · branch %d of %d", index+1, count)
}

func (t *transcript) View() []string {
	lines := t.lines()
	end := max(min(len(lines), t.height), len(lines)-t.scroll)
	return lines[max(0, end-t.height):end]
}

func (t *transcript) lines() []string {
	var lines []string
	path := t.talk.conversation.Path()
	for i, e := range path {
		lines = append(lines, t.exchangeLines(e, i == len(path)-1)...)
	}
	if len(path) == 0 {
		lines = append(lines, t.welcome()...)
	}
	return lines
}

func (t *transcript) exchangeLines(e conversation.Exchange, current bool) []string {
	user := spoken("you", e.User, t.theme.Dim, t.theme.Text, t.width)
	if strings.TrimSpace(e.User) == "" {
		user = spoken("you", "(samples)", t.theme.Dim, t.theme.Dim, t.width)
	}
	text, style := t.answerOf(e, current)
	return append(user, spoken("cvae", text, t.theme.Accent, style, t.width)...)
}

// answerOf is the chosen candidate, or what there is in its place.
func (t *transcript) answerOf(e conversation.Exchange, current bool) (string, lipgloss.Style) {
	candidates := e.Candidates()
	switch {
	case e.Chosen >= 0 && e.Chosen < len(candidates) && !(current && t.talk.preview != nil):
		return candidates[e.Chosen].Shown(), t.theme.Text.Bold(true)
	case current && t.sampler.running != nil:
		return "…", t.theme.Dim
	case current && t.talk.count() > 0:
		return "choose one of the candidates, or write on to take the selected one", t.theme.Dim
	}
	return "(no answer)", t.theme.Dim
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

// safeLines is text that may be shown, with its line breaks.
func safeLines(text string) string {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for i, line := range lines {
		lines[i] = draw.Safe(line)
	}
	return strings.Join(lines, "\n")
}

// welcome says what to do first, what the model knows and what one may say to it.
func (t *transcript) welcome() []string {
	var lines []string
	for i, text := range t.greeting() {
		if i > 0 && t.height > 8 { // paragraphs, where there is room
			lines = append(lines, "")
		}
		lines = append(lines, t.dim(text)...)
	}
	return append(lines, "")
}

// greeting is the welcome in paragraphs.
func (t *transcript) greeting() []string {
	how := "Say something and press enter."
	if t.talk.about.Sentences {
		how = "This model reads no context: press enter to draw sentences from it."
	}
	what := "candidates, each decoded from another place in latent space."
	if t.talk.about.Latent == nil {
		what = "candidates. This model has no latent: they differ by the words that are drawn."
	}
	out := []string{fmt.Sprintf("%s You get %d %s", how, t.settings.values.N, what)}
	knows := t.knows
	if n := len(t.examples); n > 0 && !t.talk.about.Sentences {
		const most = 2
		knows = strings.TrimSpace(knows + " Try: " + strings.Join(t.examples[:min(most, n)], " — or: "))
	}
	if knows != "" {
		out = append(out, knows)
	}
	if l := t.talk.measured; l != nil && l.Verdict != "" { // a small window has no panel that says it
		out = append(out, "Its latent has collapsed: "+l.Verdict)
	}
	return append(out, "Choose one by its number; ^r draws others, tab goes on to the sliders and the latent space, /help tells the rest.")
}

// dim is a wrapped sentence of less weight.
func (p *pane) dim(text string) []string {
	var lines []string
	for _, line := range draw.Wrap(text, p.width) {
		lines = append(lines, p.theme.Dim.Render(line))
	}
	return lines
}
